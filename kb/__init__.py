"""Knowledge: data about failures, and how it is read, checked, drawn and compiled."""
