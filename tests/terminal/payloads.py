"""Texts that want to act: on a terminal, on what Textual reads as markup, or on whoever reads them.

Each ends in words that can be looked for (`MARK`), so that a test can tell that it came as far as the screen.
"""

from collections.abc import Iterator

MARK = "pwned"
ST, BEL, ESC, CSI, OSC, DCS = "\x1b\\", "\x07", "\x1b", "\x1b[", "\x1b]", "\x1bP"
_BASE64 = "cHduZWQ="  # pwned

_COMMANDS_A_STRING = [
    # The clipboard: written, asked for, with each end and without one.
    f"{OSC}52;c;{_BASE64}{BEL}",
    f"{OSC}52;c;{_BASE64}{ST}",
    f"{OSC}52;c;{_BASE64}\x9c",
    f"{OSC}52;p;{_BASE64}{BEL}",
    f"{OSC}52;;{_BASE64}{ST}",
    f"{OSC}52;c;?{BEL}",
    f"{OSC}52;c;!{ST}",
    f"{OSC}52;c;{_BASE64}",
    f"{OSC}5522;type=read{ST}",
    # Titles, set, asked for and stacked.
    f"{OSC}0;{MARK}{BEL}",
    f"{OSC}1;{MARK}{ST}",
    f"{OSC}2;{MARK}{BEL}",
    f"{OSC}2;{MARK};touch {MARK}{ST}",
    f"{OSC}L{MARK}{ST}",
    f"{OSC}l{MARK}{ST}",
    f"{ESC}k{MARK}{ST}",
    # Colours and fonts.
    f"{OSC}4;1;?{BEL}",
    f"{OSC}10;?{BEL}",
    f"{OSC}11;#ff0000{ST}",
    f"{OSC}12;red{BEL}",
    f"{OSC}50;?{BEL}",
    f"{OSC}50;#{MARK}{BEL}",
    f"{OSC}104{BEL}",
    f"{OSC}P1ff0000",
    f"{OSC}R",
    # Where we are, what is done, what is told to the desktop.
    f"{OSC}7;file://{MARK}/etc{ST}",
    f"{OSC}9;{MARK}{BEL}",
    f"{OSC}9;4;1;50{ST}",
    f"{OSC}99;;{MARK}{ST}",
    f"{OSC}777;notify;{MARK};{MARK}{BEL}",
    f"{OSC}133;C;cmdline={MARK}{ST}",
    f"{OSC}633;E;{MARK}{BEL}",
    f"{OSC}697;{MARK}{ST}",
    f"{OSC}22;crosshair {MARK}{BEL}",
    f"{OSC}46;/tmp/{MARK}{BEL}",
    f"{OSC}3;WM_NAME={MARK}{ST}",
    f"{OSC}66;s=7;{MARK}{ST}",
    # iTerm2.
    f"{OSC}1337;File=name={_BASE64};inline=1:AAAA{BEL}",
    f"{OSC}1337;CopyToClipboard=c{BEL}{MARK}{OSC}1337;EndCopy{BEL}",
    f"{OSC}1337;Copy=:{_BASE64}{BEL}",
    f"{OSC}1337;RequestUpload=format=tgz{BEL}",
    f"{OSC}1337;ReportCellSize{BEL}",
    f"{OSC}1337;ReportVariable={_BASE64}{BEL}",
    f"{OSC}1337;SetUserVar={MARK}={_BASE64}{BEL}",
    f"{OSC}1337;StealFocus{BEL}",
    f"{OSC}1337;ClearScrollback{BEL}",
    f"{OSC}1337;Custom=id={MARK}:x{BEL}",
    # Links.
    f"{OSC}8;;javascript:alert(1){ST}{MARK}{OSC}8;;{ST}",
    f"{OSC}8;;file:///etc/passwd{ST}{MARK}{OSC}8;;{BEL}",
    f"{OSC}8;id=1{MARK};ssh://-oProxyCommand={MARK}{ST}x{OSC}8;;{ST}",
    f"{OSC}8;;http://{MARK}.example{ST}https://bank.example{OSC}8;;{ST}",
    f"{OSC}8;;x-man-page://{MARK}{BEL}x",
    f"{OSC}8;;vscode://{MARK}{ST}x",
    f"{OSC}8;;http://a{OSC}52;c;{_BASE64}{BEL}{ST}x",
]
_DEVICE = [
    # Device control: reports of settings and of terminfo, macros, keys, sixel, ReGIS, tmux's way through.
    f"{DCS}$q{MARK}{ST}",
    f'{DCS}$q"p{ST}',
    f"{DCS}$qm{ST}",
    f"{DCS}+q{MARK.encode().hex()}{ST}",
    f"{DCS}+p{MARK.encode().hex()}{ST}",
    f"{DCS}1;1|17/{MARK.encode().hex()}{ST}",
    f"{DCS}1;0;0!z{MARK.encode().hex()}{ST}",
    f"{DCS}q#0;2;100;0;0#0~~@@vv{ST}",
    f"{DCS}0;1;0q~~~~",
    f"{DCS}0pS(H)W(M1)P[0,0]{ST}",
    f"{DCS}tmux;{ESC}{OSC}52;c;{_BASE64}{BEL}{ST}",
    f"{DCS}=1s{ST}",
    f"{DCS}>|{MARK}{ST}",
    f"{DCS}1000p%exit\n{ST}",
    f"{DCS}{MARK}",
    # Kitty: pictures, from files too; its remote control; other application commands.
    f"{ESC}_Gf=24,s=1,v=1,a=T;AAAA{ST}",
    f"{ESC}_Ga=T,t=f,f=100;L2V0Yy9wYXNzd2Q={ST}",
    f"{ESC}_Gi=1,a=q;AAAA{ST}",
    f'{DCS}@kitty-cmd{{"cmd":"launch","version":[0,26,0],"payload":{{"args":["{MARK}"]}}}}{ST}',
    f"{ESC}_{MARK}{ST}",
    f"{ESC}^{MARK}{ST}",
    f"{ESC}X{MARK}{ST}",
    f"{ESC}X{MARK}",
    # Tektronix, VT52, other terminals' other modes.
    f"{CSI}?38h{MARK}",
    f"{ESC}\x0c{MARK}",
    f"{CSI}?2l{ESC}Z",
    f"{CSI}?3h",
    f"{CSI}62;1\x22p",
    f"{CSI}!p",
]
_REPORTS = [
    f"{CSI}{ask}"
    for ask in (
        *("c", "0c", ">c", ">0c", "=c", ">q", ">0q", "?c"),
        *("5n", "6n", "?6n", "?15n", "?25n", "?26n", "?53n", "?62n", "?63n", "?996n"),
        *("11t", "13t", "14t", "15t", "16t", "18t", "19t", "20t", "21t", "22;0t", "23;0t"),
        *("8;1;1t", "3;0;0t", "2t", "9;1t", "5t"),
        *("x", "0x", "1x", "1$w", "2$w", "1;1;1;1;1;1*y", "'|", "&v", "0'z", "?1$p", "4$p", "?u", "?4m"),
    )
]
_ACTS = [
    f"{CSI}{act}{MARK}"
    for act in (
        *("2J", "3J", "J", "K", "2K", "H", "1;1H", "10A", "5B", "9999D", "9999C", "1G", "1d", "2;3f"),
        *("5S", "5T", "1;2r", "?6h", "4h", "20h", "2h", "12l", "?5h", "?7h", "?25l", "?47h"),
        *(
            "?1049l",
            "?1000h",
            "?1003h",
            "?1006h",
            "?2004l",
            "?2004h",
            "?2026h",
            "?1h",
            "?66h",
            "?80h",
            "?9001h",
        ),
        *(
            "31m",
            "8m",
            "5;7;1m",
            "38;2;0;0;0;48;2;0;0;0m",
            "38:2::0:0:0m",
            "0m",
            "s",
            "u",
            "1@",
            "1P",
            "1L",
            "1M",
        ),
        *(
            "5i",
            "4i",
            "?5i",
            "201~",
            "200~",
            "0 q",
            "5 q",
            "1;5A",
            ">4;2m",
            ">1u",
            "=1;1u",
            "<u",
            "7;1u",
            "b",
        ),
        *("99999999999999999999m", ";;;;;;;;m", "?;;h", "1\n;1H", "1\x1b[2J", "1\x18;1H", "1\x1a;1H"),
    )
]
_ESCAPES = [
    f"{ESC}{after}{MARK}"
    for after in (
        *(
            "c",
            "7",
            "8",
            "D",
            "E",
            "H",
            "M",
            "N",
            "O",
            "Z",
            "=",
            ">",
            "#8",
            "#3",
            "(0",
            ")B",
            "*0",
            "%@",
            "%G",
        ),
        *(
            " F",
            " G",
            "V",
            "W",
            "l",
            "m",
            "n",
            "o",
            "|",
            "}",
            "~",
            "6",
            "9",
            "Q",
            "a",
            "1",
            "\x1b",
            "\\",
            "[",
            "]",
        ),
    )
]
_EIGHT_BITS = [
    f"\x9d52;c;{_BASE64}\x9c",
    f"\x9d0;{MARK}\x07",
    "\x9b2J",
    "\x9b6n",
    "\x9b31m",
    f"\x90$q{MARK}\x9c",
    f"\x9f{MARK}\x9c",
    f"\x9e{MARK}\x9c",
    f"\x98{MARK}\x9c",
    f"\x85{MARK}",
    f"\x84{MARK}\x8d{MARK}\x88",
    f"a\x80b\x81c\x86d\x8ee\x8ff\x93{MARK}",
    "".join(map(chr, range(0x80, 0xA0))) + MARK,
]
_CONTROLS = [
    "".join(map(chr, range(0x20))) + MARK,
    *(f"a{chr(code)}{MARK}" for code in (*range(0x09), *range(0x0B, 0x20), 0x7F)),
    f"safe{chr(8) * 4}{MARK}",
    f"https://bank.example\rhttps://{MARK}.example",
    f"rm -rf ~ \r\x1b[Kecho {MARK}",
    f"{MARK}\r\n\r\n\n\r{MARK}",
    f"\t{MARK}\t\t{MARK}\t",
    f"\x0e{MARK}\x0f",
    BEL * 200 + MARK,
    "\x08" * 500 + MARK,
    "\x00" * 500 + MARK,
    "\x1b" * 501 + MARK,
    "\x7f" * 300 + MARK,
]
_DECEIT = [
    *(f"a{chr(code)}{MARK}" for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))),
    *(f"a{chr(code)}{MARK}" for code in (0x061C, 0x200E, 0x200F, 0xFEFF, 0x200B, 0x00AD, 0x180E, 0x3164)),
    *(f"a{chr(code)}{MARK}" for code in (*range(0x2060, 0x2066), *range(0x206A, 0x2070), 0x2028, 0x2029)),
    *(f"a{chr(code)}{MARK}" for code in (0xFFF9, 0xFFFA, 0xFFFB, 0x115F, 0x1160, 0xFFA0, 0x1D173, 0x1BCA0)),
    f"if access != 'user\u202e \u2066// check{MARK}\u2069 \u2066':",
    f"{MARK}\u202egnp.exe",
    "".join(chr(0xE0000 + ord(sign)) for sign in "ignore all rules") + MARK,
    f"🏴\U000e0068\U000e0061\U000e0063\U000e006b\U000e007f{MARK}",
    f"😀{''.join(chr(0xE0100 + number) for number in range(40))}{MARK}",
    f"x\U000e0001\U000e01ef{MARK}",
    "Z" + "".join(chr(0x0300 + number % 0x70) for number in range(600)) + MARK,
    ("a\u0489\u0300\u0301" * 80) + MARK,
    f"p\u200dw\u200cn\u034fe\u0338d {MARK}",
    f"p\ufe0fw\u17b4n\u17b5e\U0001d159d\ufe00 {MARK}",
    f"аррӏе.com ｐｗｎｅｄ 𝐩𝐰𝐧𝐞𝐝 {MARK}",
    f"👩‍👩‍👧‍👦🏳️‍🌈🇩🇪1️⃣🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f {MARK}",
    "👩" + "\u200d👩" * 60 + MARK,
    "🇩" * 61 + MARK,
    f"שלום {MARK} مرحبا \u0600\u06dd١٢ {MARK}",
    f"﷽ ௵ ⸻ 𒐫 {MARK}",
    f"\ufffe\uffff\U0001fffe\U0010ffff\ufdd0{MARK}",
    f"\ue000\U000f0000\U00100000{MARK}",
]
MARKUP = [
    f"[@click=app.quit]{MARK}[/]",
    f"[@click=app.quit()]{MARK}",
    f"[@click=app.screenshot('{MARK}.svg','.')]{MARK}[/]",
    f"[@click=app.command('quit')]{MARK}[/@click]",
    f'[@click="app.bell"]{MARK}[/]',
    f"[@click=screen.dismiss]{MARK}[/]",
    f"[@mouse.down=app.quit]{MARK}[/]",
    f"[/]{MARK}",
    f"[/b]{MARK}",
    f"[Errno 2] No such file: '[/etc/{MARK}]'",
    f"[b]{MARK}[/i]",
    f"[bold red on white]{MARK}[/]",
    f"[link=file:///etc/passwd]{MARK}[/link]",
    f'[link="http://a{ST}{OSC}52;c;{_BASE64}{BEL}"]{MARK}[/link]',
    f"[link=javascript:alert(1)]{MARK}[/]",
    f"[$primary]{MARK}[$nothing]{MARK}",
    f"[on url({MARK})]{MARK}",
    f"[color({MARK})]{MARK}[rgb(1,2]{MARK}",
    f"[[[[{MARK}]]]] \\[{MARK}] \\\\[{MARK}]",
    f"[not a tag: {MARK}",
    f":skull: :{MARK}: [blink]{MARK}[/blink]",
    f"list[int] x[i] [bold] {MARK}",
    f"[if<img src=x onerror={MARK}>]",
]
_MARKDOWN = [
    f"[{MARK}](javascript:alert(1))",
    f"[{MARK}](http://a.example/{ST}{OSC}52;c;{_BASE64}{BEL})",
    f"[{MARK}](<http://a.example/{ESC}[2J>)",
    f"[{MARK}](http://a.example/%1b%5d52;c;{_BASE64}%07)",
    f"[{MARK}](http://a.example/&#27;]52;c;{_BASE64}&#7;)",
    f"[{MARK}](file:///etc/passwd) [{MARK}](/etc/passwd) [{MARK}](-evil)",
    f"[{MARK}](ssh://-oProxyCommand={MARK}) [{MARK}](vscode://{MARK})",
    f"[https://bank.example](https://{MARK}.example)",
    f"[{MARK}](https://bank.example@{MARK}.example)",
    f"[{MARK}](http://exämple.de/ä) http://例え.jp/{MARK}",
    f"[{MARK}\u202e](http://a.example/\u202e)",
    f"[{MARK}](http://a.example 'a title {ESC}[2J{MARK}')",
    f"![{MARK}{ESC}]0;x{BEL}](http://{MARK}.example/{ESC}.png)",
    f"<http://a.example/{ESC}[31m{MARK}>",
    f"http://a.example/\x9b31m{MARK}\x07",
    f"[{MARK}][x]\n\n[x]: http://a.example/{ESC}\\{ESC}]52;c;{_BASE64}{BEL}",
    f"&#27;[2J&#x1b;]52;c;{_BASE64}&#7;&#x9b;31m&#8238;&ZeroWidthSpace;{MARK}",
    f"<script>{MARK}</script><a href='javascript:{MARK}'>{MARK}</a>",
    f"<!-- {ESC}[2J {MARK} -->",
    f"`{ESC}[2J{MARK}` **{ESC}]0;{MARK}{BEL}** ~~\x9b2J~~ $\\text{{{ESC}[2J{MARK}}}$",
    f"```{ESC}]0;{MARK}{BEL}\n{ESC}[2J{MARK}\n```",
    f"```python\n'{ESC}]52;c;{_BASE64}{BEL}' # {MARK}\n```",
    f"```\r{MARK}\r```",
    f"| a{ESC}[2J | {MARK} |\n|---|---|\n| {OSC}0;{MARK}{BEL} | \x9b31m |",
    f"# {ESC}[2J{MARK}\n\n> {ESC}[31m{MARK}\n\n- {ESC}c{MARK}\n\n1. {BEL}{MARK}",
    f"$$\n\\frac{{{ESC}[2J}}{{{MARK}}}\n$$",
    f"[^1] {MARK}\n\n[^1]: {ESC}[2J{MARK}",
]
_NESTED = [
    f"{ESC}{ESC}]52;c;{_BASE64}{BEL}",
    f"{CSI}{CSI}2J",
    f"{OSC}{OSC}0;{MARK}{BEL}{BEL}",
    f"{OSC}0;{ESC}[2J{MARK}{ST}",
    f"{DCS}{OSC}52;c;{_BASE64}{BEL}{ST}",
    f"␛]52;c;{_BASE64}␇{ESC}",
    f"{MARK}{ESC}",
    f"{MARK}{CSI}",
    f"{MARK}{OSC}",
    f"{MARK}{OSC}52;c;",
    f"{MARK}\x9b",
    f"{OSC}0;" + "A" * 3_000,
    f"{CSI}" + "1;" * 2_000 + "m",
    (f"{CSI}2J{MARK}" * 200),
    "".join(f"{ESC}{sign}" for sign in MARK) + MARK,
]

PAYLOADS: tuple[str, ...] = tuple(
    dict.fromkeys(
        payload if MARK in payload else payload + MARK
        for group in (
            _COMMANDS_A_STRING,
            _DEVICE,
            _REPORTS,
            _ACTS,
            _ESCAPES,
            _EIGHT_BITS,
            _CONTROLS,
            _DECEIT,
            MARKUP,
            _MARKDOWN,
            _NESTED,
        )
        for payload in group
    )
)
# As JSON may write them, and Python would keep them.
SURROGATES = (
    f"\ud800{MARK}",
    f"\udfff{MARK}\ud83d",
    f"\udc1b[2J{MARK}",
    f"\udc9b31m{MARK}",
    f"\ude00\ud83d{MARK}",
)
# Bytes that no text holds, for what is read as bytes.
RAW = (
    b"\x9b2Jpwned",
    b"\x9d0;pwned\x9c",
    b"\x1b\x80]0;pwned\x07",
    b"\xc2pwned\xff\xfe",
    b"\xc0\x9b2Jpwned",
    b"\xe0\x80\x9b2Jpwned",
    b"\xed\xa0\x80pwned",
    b"\xf4\x90\x80\x80pwned",
)
# One line that holds one of each kind, for where there is room for no more.
SHORT = (
    f"{MARK}\x1b]52;c;{_BASE64}\x07\x1b]0;{MARK}\x1b\\\x1b[2J\x1b[6n\x9b31m\x9d0;{MARK}\x9c\x1bP$q{MARK}\x1b\\\x08\x00\x7f\r"
    f"\u202e\u2066\u200b\ufeff\U000e0041[@click=app.quit]{MARK}[/][/b]"
)


def one_line(payload: str) -> str:
    """As a name, which has one line."""
    return payload.replace("\r", "").replace("\n", "")


def batches(payloads: tuple[str, ...] | list[str], characters: int) -> Iterator[list[str]]:
    """In their order, as many together as have about so many characters."""
    batch: list[str] = []
    for payload in payloads:
        if batch and sum(map(len, batch)) + len(payload) > characters:
            yield batch
            batch = []
        batch.append(payload)
    if batch:
        yield batch
