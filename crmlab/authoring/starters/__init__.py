"""What a new section, case or lab starts with: small, complete and working, to be rewritten by its author.

Texts are Chinese because the author's students read them. Words in capitals are filled in by ``fill``.
"""
