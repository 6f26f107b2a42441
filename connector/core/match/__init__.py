"""Finding the counterpart of a record without a link. Pure: the index is looked up by the caller."""
