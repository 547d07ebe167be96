"Is every notebook in its group, and does every module import only from its own chapter or an earlier one?"
import ast, json, re
from pathlib import Path

GROUPS = ('', 'experiments', 'tests')
LONGEST = 120     # characters in a line of an exported cell


def notebooks(folder='nbs'):
    "Paths of the notebooks that are documented"
    hidden = lambda path: any(part.startswith(('.', '_')) for part in path.parts)
    return [path for path in sorted(Path(folder).rglob('*.ipynb')) if not hidden(path)]


def exported(path):
    "Sources of the cells that make the module, and its name; None where there is no module"
    code = [''.join(cell['source']) for cell in json.loads(path.read_text(encoding='utf-8'))['cells'] if cell['cell_type'] == 'code']
    names = [found[1] for cell in code if (found := re.search(r'^#\|\s*default_exp\s+(\S+)', cell, re.M))]
    return [cell for cell in code if re.search(r'^#\|\s*exports?\b', cell, re.M)], names[0] if names else None


def imported(cells, within=True):
    "Modules of the package that the cells import, also `within` functions"
    found = set()
    for cell in cells:
        tree = ast.parse(cell)
        for node in ast.walk(tree) if within else tree.body:
            if isinstance(node, ast.ImportFrom) and (node.module or '').startswith('occluded_inpaint.'): found.add(node.module.split('.')[1])
    return found


def circle(module, uses, path=()):
    "A chain of imports that comes back to where it began; None where there is none"
    if module in path: return path[path.index(module):] + (module,)
    for other in sorted(uses.get(module, ())):
        if found := circle(other, uses, path + (module,)): return found


def faults(folder='nbs'):
    "Sentences about notebooks that are out of their group, import a later chapter, or have lines that are too wide"
    found, chapter, uses, first, where = [], {}, {}, {}, {}
    for path in notebooks(folder):
        group = path.parent.relative_to(folder).as_posix().strip('.')
        number = re.match(r'(\d\d)([a-z]?)_', path.name)
        if group not in GROUPS: found.append(f'{path} is in none of the groups {", ".join(g or folder for g in GROUPS)}')
        if not group and not number and path.name != 'index.ipynb': found.append(f'{path} has no number: chapters and side rooms have one')
        if group and number: found.append(f'{path} has a number, which only chapters and side rooms have')
        cells, module = exported(path)
        if group and module: found.append(f'{path} exports a module; experiments and tests export nothing')
        for line in '\n'.join(cells).splitlines():
            if len(line) > LONGEST: found.append(f'{path} has a line of {len(line)} characters: {line.strip()[:60]} ...')
        if module and number:
            chapter[module], where[module] = int(number[1]), path
            uses[module], first[module] = imported(cells), imported(cells, within=False)
    for module, others in uses.items():
        for other in sorted(others - {module}):
            if other not in chapter: found.append(f'{where[module]} imports {other}, which no notebook exports')
            elif chapter[other] > chapter[module]: found.append(f'{where[module]} imports {other} of the later chapter {where[other].name}')
    rounds = {tuple(sorted(set(c))): c for module in first if (c := circle(module, first))}
    return found + ['modules import each other: ' + ' -> '.join(c) for c in rounds.values()]


if __name__ == '__main__':
    problems = faults()
    for problem in problems: print(problem)
    raise SystemExit(bool(problems))
