"""What a page may say."""
