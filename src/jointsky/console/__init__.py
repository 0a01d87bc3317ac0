"""What people see: seats served to browsers, each from its own post's picture; only exercise control sees truth."""
