"""What ./dev bench finds: tables and bars, as Markdown and SVG, and the aims that are met or not."""

import os
from html import escape
from statistics import median

WIDE, LABEL, BAR, GAP, EDGE = 720, 250, 18, 10, 12  # pixels

HEAD = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" \
width="{width}" height="{height}" role="img">
<title>{title}</title>
<style>text {{ font: 13px sans-serif; fill: #333; }} .title {{ font-weight: bold; }}</style>
<rect width="100%" height="100%" fill="#fff"/>
<text class="title" x="{edge}" y="{first}">{title}</text>
"""
ROW = """<text x="{right}" y="{text}" text-anchor="end">{label}</text>
<rect x="{left}" y="{top}" width="{long:.1f}" height="{bar}" fill="{fill}"/>
<text x="{behind:.1f}" y="{text}">{value}</text>
"""


def svg(title, bars, form):
    """bars: (label, value); those of ours begin with iamlp or pam_iamlp and stand out."""
    most = max(value for _, value in bars)
    top = EDGE + BAR + GAP
    parts = [HEAD.format(width=WIDE, height=top + len(bars) * (BAR + GAP) + EDGE, title=escape(title),
                         edge=EDGE, first=EDGE + 13)]
    for label, value in bars:
        long = max(1, (WIDE - LABEL - 110) * value / most)
        ours = label.startswith(("iamlp", "pam_iamlp"))
        parts.append(ROW.format(right=LABEL - 8, text=top + 13, label=escape(label), left=LABEL,
                                top=top, long=long, bar=BAR, behind=LABEL + long + 6,
                                fill="#2f6f9f" if ours else "#b9bec6",
                                value=escape(form.format(value))))
        top += BAR + GAP
    return "".join(parts) + "</svg>\n"


def ratio(samples, yardstick):
    """The median of what both sides took in the same round, one by the other."""
    return median(a / b for a, b in zip(samples, yardstick))


class Report:
    """Collects; write() puts report.md and the pictures into a folder."""

    def __init__(self):
        self.parts, self.pictures, self.aims = [], {}, []

    def say(self, text):
        self.parts.append(text + "\n")

    def table(self, title, head, rows, note=""):
        lines = [f"## {title}\n"] + ([note + "\n"] if note else [])
        lines += ["| " + " | ".join(head) + " |", "|---" + "|---:" * (len(head) - 1) + "|"]
        lines += ["| " + " | ".join(map(str, row)) + " |" for row in rows]
        self.parts.append("\n".join(lines) + "\n")
        print(self.parts[-1], flush=True)

    def bars(self, name, title, bars, form="{:.2f}"):
        self.pictures[name] = svg(title, bars, form)
        self.parts.append(f"![{title}]({name}.svg)\n")

    def aim(self, what, found, wanted, met):
        self.aims.append((what, found, wanted, "yes" if met else "**no**"))

    def write(self, folder, preface):
        os.makedirs(folder, exist_ok=True)
        aims = Report()
        aims.table("Aims", ("", "found", "aim", "met"), self.aims)
        with open(os.path.join(folder, "report.md"), "w", encoding="utf-8") as file:
            file.write("\n".join([preface, *aims.parts, *self.parts]))
        for name, text in self.pictures.items():
            with open(os.path.join(folder, name + ".svg"), "w", encoding="utf-8") as file:
                file.write(text)
