"""Areas of one's own, laid over those of the city."""
