"""What tasks print: captured, masked and written by the child, shipped by the parent."""
