"""Where people already work: each file serves one host, on the host's public API, and is imported
only by who asks for it.
"""
