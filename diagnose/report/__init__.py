"""Front ends that only show: text, JSON and Markdown of a diagnosis or of one entity."""
