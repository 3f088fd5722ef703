"""What a page may say, and how one page differs from another."""
