"""Write a corpus into other tools' formats, and read them."""
