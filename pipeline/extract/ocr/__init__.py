"""The readers of pictures: what each can do, the networks they run, and which characters they leave unproved."""
