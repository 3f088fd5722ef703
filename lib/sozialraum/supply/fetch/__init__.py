"""Fetch the files of publishers: what is on offer, the transport, the examination, the store."""
