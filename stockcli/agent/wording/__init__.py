"""What tools tell the model, in words and tables: all of it is made here.

Headings are the field's words, so that whoever reads the tables again finds the columns.
"""
