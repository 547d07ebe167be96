"Draws the house: which notebook makes which module, and what imports what. Writes nbs/images/house.png"
import sys
from pathlib import Path
import matplotlib.pyplot as plt
from rooms import exported, imported, notebooks
import re

COURSE, SIDE, ARROW = '#1f5f8b', '#dce9f2', '#b0552b'


def rooms(folder='nbs'):
    "For each module its notebook's name, chapter and the modules it imports"
    found = {}
    for path in notebooks(folder):
        number = re.match(r'(\d\d)([a-z]?)_', path.name)
        cells, module = exported(path)
        if module and number: found[module] = dict(name=path.stem, chapter=int(number[1]), side=number[2], uses=imported(cells))
    return found


def reach(module, house, seen=None):
    "All modules that `module` needs, directly or through others"
    seen = set() if seen is None else seen
    for other in house[module]['uses']:
        if other not in seen and other != module:
            seen.add(other)
            reach(other, house, seen)
    return seen


def needed(module, house):
    "Its imports, less those that another of its imports brings along"
    uses = house[module]['uses'] - {module}
    return {other for other in uses if not any(other in reach(third, house) for third in uses - {other})}


def place(house):
    "(x, y) of each module: a column for each chapter, its side rooms below"
    spots, rows = {}, {}
    for module in sorted(house, key=lambda m: (house[m]['chapter'], house[m]['side'])):
        chapter = house[module]['chapter']
        rows[chapter] = rows.get(chapter, -1) + 1
        spots[module] = (chapter, -rows[chapter])
    return spots


def draw(house, out):
    "The picture, to the file `out`"
    spots = place(house)
    depth = -min(y for _, y in spots.values()) + 1
    fig, ax = plt.subplots(figsize=(15, .62*depth + .4), dpi=90)
    for module, room in house.items():
        x, y = spots[module]
        course = not room['side']
        ax.text(x, y, f"{room['name']}\n{module}", ha='center', va='center', fontsize=8, color='white' if course else 'black', zorder=3,
                bbox=dict(boxstyle='round,pad=.35', facecolor=COURSE if course else SIDE, edgecolor='none'))
        for other in needed(module, house):
            bend = .25 if spots[other][0] == x else .08
            ax.annotate('', spots[other], (x, y), zorder=1, arrowprops=dict(
                arrowstyle='-|>', color=ARROW, alpha=.45, linewidth=.8, shrinkA=14, shrinkB=16, connectionstyle=f'arc3,rad={bend}'))
    ax.set_xlim(-.6, 8.6)
    ax.set_ylim(-depth + .4, .6)
    ax.axis('off')
    fig.tight_layout(pad=.2)
    fig.savefig(out)


if __name__ == '__main__': draw(rooms(), Path(sys.argv[1] if len(sys.argv) > 1 else 'nbs/images/house.png'))
