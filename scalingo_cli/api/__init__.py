"""The platform over HTTP: verbs and no nouns."""
