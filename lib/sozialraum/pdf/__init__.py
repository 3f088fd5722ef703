"""HTML becomes tagged PDF or a picture, printed by Chromium."""
