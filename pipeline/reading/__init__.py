"""Both sides of the sandbox's boundary: what is asked of it, the jobs inside it, and what is made of its replies."""
