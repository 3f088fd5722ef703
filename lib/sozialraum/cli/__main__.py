"""``python -m sozialraum.cli`` is the command ``sozialraum``."""

from sozialraum.cli.main import main

if __name__ == "__main__":
    main()
