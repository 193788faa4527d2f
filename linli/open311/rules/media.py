"""A link to a picture, kept under the words for the staff and never shown in public."""

MEDIA_LINE = "\n\nmedia_url: "


def with_media(text: str, link: str) -> str:
    """Return the words with the link beneath."""
    return f"{text}{MEDIA_LINE}{link}" if link else text


def without_media(text: str) -> str:
    """Return the words as they were written."""
    return text.split(MEDIA_LINE, 1)[0]
