"""What readers carry away: Anki decks, PDF and EPUB, made of docs/, results/ and the built site. It knows nothing of the lab."""
