"""What the commands of LaTeX look like in Unicode."""

import unicodedata

_GREEK = (
    "alpha beta gamma delta zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau upsilon chi"
    " psi omega"
)
_CAPITALS = "Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega"


def _table(text: str) -> dict[str, str]:
    words = text.split()
    return dict(zip(words[::2], words[1::2], strict=True))


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _greek() -> dict[str, str]:
    small = {
        name: unicodedata.lookup(f"GREEK SMALL LETTER {'lamda' if name == 'lambda' else name}")
        for name in _GREEK.split()
    }
    capital = {
        name: unicodedata.lookup(f"GREEK CAPITAL LETTER {'lamda' if name == 'Lambda' else name}")
        for name in _CAPITALS.split()
    }
    return small | capital


# Signs that stand for a thing.
SYMBOLS = _greek() | _table(r"""
    epsilon ϵ varepsilon ε phi ϕ varphi φ vartheta ϑ varpi ϖ varrho ϱ varsigma ς varkappa ϰ digamma ϝ
    infty ∞ partial ∂ nabla ∇ hbar ℏ hslash ℏ ell ℓ Re ℜ Im ℑ aleph ℵ beth ℶ wp ℘ imath ı jmath ȷ
    emptyset ∅ varnothing ∅ forall ∀ exists ∃ nexists ∄ neg ¬ lnot ¬ top ⊤ bot ⊥ angle ∠ measuredangle ∡
    triangle △ square □ Box □ blacksquare ■ lozenge ◊ Diamond ◇ bigstar ★ complement ∁ degree ° prime ′
    dagger † ddagger ‡ ldots … dots … dotsc … dotsb ⋯ dotsm ⋯ cdots ⋯ vdots ⋮ ddots ⋱ therefore ∴ because ∵
    checkmark ✓ clubsuit ♣ diamondsuit ♢ heartsuit ♡ spadesuit ♠ flat ♭ natural ♮ sharp ♯ copyright ©
    pounds £ S § P ¶ AA Å mho ℧ eth ð qed ∎ backslash \ colon : surd √ R ℝ N ℕ Z ℤ Q ℚ C ℂ
""")

# Signs with a space at each side.
RELATIONS = _table(r"""
    leq ≤ le ≤ geq ≥ ge ≥ neq ≠ ne ≠ equiv ≡ approx ≈ approxeq ≊ cong ≅ sim ∼ simeq ≃ propto ∝ ll ≪ gg ≫
    leqslant ⩽ geqslant ⩾ lesssim ≲ gtrsim ≳ prec ≺ succ ≻ preceq ⪯ succeq ⪰ asymp ≍ doteq ≐ triangleq ≜
    coloneqq ≔ in ∈ notin ∉ ni ∋ subset ⊂ supset ⊃ subseteq ⊆ supseteq ⊇ subsetneq ⊊ supsetneq ⊋
    nsubseteq ⊈ sqsubseteq ⊑ sqsupseteq ⊒ perp ⊥ parallel ∥ nparallel ∦ mid ∣ nmid ∤ models ⊨ vdash ⊢
    dashv ⊣ vDash ⊨ Vdash ⊩ to → rightarrow → leftarrow ← gets ← leftrightarrow ↔ Rightarrow ⇒ implies ⟹
    Leftarrow ⇐ impliedby ⟸ Leftrightarrow ⇔ iff ⟺ longrightarrow ⟶ longleftarrow ⟵ Longrightarrow ⟹
    Longleftarrow ⟸ Longleftrightarrow ⟺ longleftrightarrow ⟷ mapsto ↦ longmapsto ⟼ hookrightarrow ↪
    hookleftarrow ↩ rightharpoonup ⇀ rightharpoondown ⇁ leftharpoonup ↼ rightleftharpoons ⇌ leadsto ⇝
    rightsquigarrow ⇝ uparrow ↑ downarrow ↓ updownarrow ↕ Uparrow ⇑ Downarrow ⇓ nearrow ↗ searrow ↘ swarrow ↙
    nwarrow ↖ twoheadrightarrow ↠ lt < gt > nless ≮ ngtr ≯ nleq ≰ ngeq ≱ bowtie ⋈ trianglelefteq ⊴ Subset ⋐
""")

# Signs between two things; the spaces that were written are kept.
OPERATORS = _table(r"""
    times × div ÷ cdot · pm ± mp ∓ ast ∗ star ⋆ circ ∘ bullet • cap ∩ cup ∪ sqcap ⊓ sqcup ⊔ wedge ∧ land ∧
    vee ∨ lor ∨ setminus ∖ smallsetminus ∖ oplus ⊕ ominus ⊖ otimes ⊗ oslash ⊘ odot ⊙ uplus ⊎ amalg ⨿ wr ≀
    ltimes ⋉ rtimes ⋊ diamond ⋄ bigtriangleup △ triangleleft ◁ triangleright ▷ dotplus ∔ barwedge ⊼ lll ⋘
""")

# Signs that carry limits below and above them.
BIG = _table(r"""
    sum ∑ prod ∏ coprod ∐ int ∫ iint ∬ iiint ∭ oint ∮ oiint ∯ bigcup ⋃ bigcap ⋂ bigsqcup ⨆ bigvee ⋁
    bigwedge ⋀ bigoplus ⨁ bigotimes ⨂ bigodot ⨀ biguplus ⨄
""")

FUNCTIONS = _names(
    "sin cos tan cot sec csc arcsin arccos arctan sinh cosh tanh coth log ln lg exp max min sup inf lim"
    " limsup liminf det dim ker hom arg deg gcd Pr argmax argmin bmod"
)

OPENING = _table(r"lbrace { langle ⟨ lceil ⌈ lfloor ⌊ lvert | lVert ‖ llbracket ⟦ lbrack [ ulcorner ⌜")
CLOSING = _table(r"rbrace } rangle ⟩ rceil ⌉ rfloor ⌋ rvert | rVert ‖ rrbracket ⟧ rbrack ] urcorner ⌝")
FENCES = _table(r"vert | Vert ‖")

# Marks over or under one letter.
ACCENTS = {
    "hat": "\u0302", "widehat": "\u0302", "bar": "\u0304", "overline": "\u0305", "vec": "\u20d7",
    "dot": "\u0307", "ddot": "\u0308", "dddot": "\u20db", "tilde": "\u0303", "widetilde": "\u0303",
    "check": "\u030c", "breve": "\u0306", "acute": "\u0301", "grave": "\u0300", "mathring": "\u030a",
    "underline": "\u0332", "overrightarrow": "\u20d7",
}  # fmt: skip
# These may go on over several letters.
LINES = frozenset({"overline", "underline"})

SPACES = {
    ",": " ", ":": " ", ";": " ", " ": " ", "!": "", "quad": "\u2003", "qquad": "\u2003", "enspace": " ",
    "thinspace": " ", "medspace": " ", "thickspace": " ", ">": " ", "/": "",
}  # fmt: skip
# How it is set, and nothing of what it says.
LAYOUT = _names(
    "displaystyle textstyle scriptstyle limits nolimits nonumber notag middle big Big bigg Bigg bigl bigr"
    " Bigl Bigr biggl biggr Biggl Biggr bigm Bigm mathstrut strut relax allowbreak"
)
ESCAPED = "%$&#_"

TEXT = _names("text textrm textnormal textsf mbox hbox textup")
UPRIGHT = _names("mathrm mathit mathsf mathnormal mathop mathrel mathbin mathord")
_STYLES = {
    "mathbb": "DOUBLE-STRUCK", "mathbf": "BOLD", "textbf": "BOLD", "boldsymbol": "BOLD", "bm": "BOLD",
    "bold": "BOLD", "mathcal": "SCRIPT", "mathscr": "SCRIPT", "mathfrak": "FRAKTUR", "mathtt": "MONOSPACE",
    "texttt": "MONOSPACE", "textit": "ITALIC", "emph": "ITALIC",
}  # fmt: skip
ALPHABETS = frozenset(_STYLES)
_OLDER = {
    "SCRIPT": dict(zip("BEFHILMRego", "ℬℰℱℋℐℒℳℛℯℊℴ", strict=True)),
    "FRAKTUR": dict(zip("CHIRZ", "ℭℌℑℜℨ", strict=True)),
    "DOUBLE-STRUCK": dict(zip("CHNPQRZ", "ℂℍℕℙℚℝℤ", strict=True)),
    "ITALIC": {"h": "ℎ"},
}  # fmt: skip
_DIGITS = ("ZERO", "ONE", "TWO", "THREE", "FOUR", "FIVE", "SIX", "SEVEN", "EIGHT", "NINE")

_HIGH = dict(
    zip(
        "0123456789+−=()nidhjlrswxyaəbcegkmoptuvzfABDEGHIJKLMNOPRTUVWβγδθϕφχ′",
        "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱᵈʰʲˡʳˢʷˣʸᵃᵊᵇᶜᵉᵍᵏᵐᵒᵖᵗᵘᵛᶻᶠᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂᵝᵞᵟᶿᵠᵠᵡ′",
        strict=True,
    )
)
_LOW = dict(
    zip("0123456789+−=()aehijklmnoprstuvxβγρϕφχ", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵩᵪ", strict=True)
)


def styled(style: str, sign: str) -> str:
    """A letter or digit in one of the mathematical alphabets; itself where it has no form there."""
    name = _STYLES[style]
    if sign in _OLDER.get(name, {}):
        return _OLDER[name][sign]
    if sign.isascii() and sign.isalpha():
        wanted = f"MATHEMATICAL {name} {'CAPITAL' if sign.isupper() else 'SMALL'} {sign.upper()}"
    elif sign.isascii() and sign.isdigit():
        wanted = f"MATHEMATICAL {name} DIGIT {_DIGITS[int(sign)]}"
    else:
        letter = unicodedata.name(sign, "").removeprefix("GREEK ").replace(" LETTER", "")
        wanted = f"MATHEMATICAL {name} {letter}"
    try:
        return unicodedata.lookup(wanted)
    except KeyError:
        return sign


def script(text: str, high: bool) -> str | None:
    """The text as a superscript or subscript, None if a character of it has no such form."""
    forms = _HIGH if high else _LOW
    found = [forms.get(sign) for sign in text.replace(" ", "")]
    return "".join(sign for sign in found if sign) if found and all(found) else None
