"""Papers on a page: licences, certificates and cards, and what they say."""
