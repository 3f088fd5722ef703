"""The public face: what ``import sozialraum as sr`` offers to a notebook. Each module is loaded when it is used."""
