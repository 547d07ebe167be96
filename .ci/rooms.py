"Is every notebook in its group and of a size to be read, and does every module import only from its own chapter or an earlier one?"
import ast, json, re
from pathlib import Path

GROUPS = ('', 'experiments', 'tests')
LONGEST = 120     # characters in a line of an exported cell
LINES = 345       # of a module as it is exported, its headings included
CELLS = 75        # of a notebook
BODY = 30         # lines of an exported function, with its signature
EXCEPTIONS = {
    'inpaint': 'its parameters are the options of the command, one a line with what its help says; the body has 7 lines'}


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


def long_functions(cells):
    "Name and lines of each function that is longer than `BODY`, methods included"
    for cell in cells:
        for node in ast.walk(ast.parse(cell)):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                lines = node.end_lineno - node.lineno + 1
                if lines > BODY and node.name not in EXCEPTIONS: yield node.name, lines


def undocumented(cells):
    "Names of public functions, classes and methods without a docstring"
    for cell in cells:
        tree = ast.parse(cell)
        members = [member for node in tree.body if isinstance(node, ast.ClassDef) for member in node.body]
        for node in [*tree.body, *members]:
            if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)): continue
            if not node.name.startswith('_') and not ast.get_docstring(node): yield node.name


def size_faults(path, cells, module, package='occluded_inpaint'):
    "Sentences about a notebook or its module that is longer than anybody likes to read"
    n = len(json.loads(path.read_text(encoding='utf-8'))['cells'])
    if n > CELLS: yield f'{path} has {n} cells, {CELLS} at most: move an idea into a side room'
    if not module: return
    file = Path(package, *module.split('.')).with_suffix('.py')
    lines = len(file.read_text(encoding='utf-8').splitlines()) if file.exists() else 0
    if lines > LINES: yield f'{path} exports {lines} lines, {LINES} at most: move an idea into a side room'
    for name, lines in long_functions(cells):
        yield f'{path} exports {name} of {lines} lines, {BODY} at most: split it'
    for name in undocumented(cells): yield f'{path} exports {name} without a docstring'


def faults(folder='nbs'):
    "Sentences about notebooks that are out of their group, import a later chapter, or have lines too wide or too many"
    found, chapter, uses, first, where = [], {}, {}, {}, {}
    for path in notebooks(folder):
        group = path.parent.relative_to(folder).as_posix().strip('.')
        number = re.match(r'(\d\d)([a-z]?)_', path.name)
        if group not in GROUPS: found.append(f'{path} is in none of the groups {", ".join(g or folder for g in GROUPS)}')
        if not group and not number and path.name != 'index.ipynb': found.append(f'{path} has no number: chapters and side rooms have one')
        if group and number: found.append(f'{path} has a number, which only chapters and side rooms have')
        cells, module = exported(path)
        found += size_faults(path, cells, module)
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
