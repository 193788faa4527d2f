"""What counts as the same name, telephone or identity number, whatever way it was typed."""

import unicodedata

# A person's telephone number: a mobile, or a landline with or without its area code.
_SHORTEST, _LONGEST, _MOBILE = 7, 15, 11
_SHOWN = 2


def folded_name(text: str) -> str:
    """Return a name without spaces, width and case: ``张 三`` and ``张三`` are one name."""
    if text.isalpha() and unicodedata.is_normalized("NFKC", text):
        return text.casefold()
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(sign for sign in folded if not sign.isspace() and sign not in "·•.．")


# Longest first: what a company's name ends with and a person who types it leaves out.
_FORMS = ("股份有限公司", "有限责任公司", "有限公司", "分公司", "公司", "(个体工商户)")


def folded_organisation(text: str) -> str:
    """Return the name of an organisation without spaces, brackets, case and form of company.

    ``衡岳 餐饮（南岳）有限公司`` and ``衡岳餐饮南岳`` are one name; a name that is a form stays.
    """
    folded = "".join(unicodedata.normalize("NFKC", text).casefold().split())
    for form in _FORMS:
        if folded.endswith(form) and folded != form:
            folded = folded.removesuffix(form)
            break
    return "".join(sign for sign in folded if sign not in "()[]{}<>《》【】「」·-,.\"'")


def folded_telephone(text: str) -> str:
    """Return the digits of a telephone number without the country's code; empty if none."""
    if len(text) == _MOBILE and text.isascii() and text.isdigit():
        return text
    folded = unicodedata.normalize("NFKC", text)
    digits = "".join(sign for sign in folded if sign.isdigit())
    for prefix in ("0086", "86"):
        if digits.startswith(prefix) and len(digits) == len(prefix) + 11:
            digits = digits.removeprefix(prefix)
    return digits if _SHORTEST <= len(digits) <= _LONGEST else ""


def masked_name(name: str) -> str:
    """Return the first sign and a star for each other one."""
    return name[:1] + "*" * (len(name) - 1)


def masked_telephone(telephone: str) -> str:
    """Return the last two digits with stars before them."""
    if not telephone:
        return ""
    return "*" * (len(telephone) - _SHOWN) + telephone[-_SHOWN:]
