"Do the links of notebooks, guides and front pages lead to files and headings that are there, and has every picture a text?"
import json, re, sys
from pathlib import Path

FRONT = ('README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'SECURITY.md')


def prose(path):
    "The Markdown of a page"
    text = path.read_text(encoding='utf-8')
    if path.suffix != '.ipynb': return text
    return '\n'.join(''.join(cell['source']) for cell in json.loads(text)['cells'] if cell['cell_type'] == 'markdown')


def anchors(path):
    "What `#` may name on a page"
    headings = re.findall(r'^#+ (.+)', prose(path), re.M)
    return {re.sub(r'[^\w\- ]', '', heading.lower()).strip().replace(' ', '-') for heading in headings}


def pages(folder='nbs'):
    "Everything with links in it"
    found = [path for path in sorted(Path(folder).rglob('*')) if path.suffix in ('.ipynb', '.qmd')]
    return [path for path in found if not any(part.startswith(('.', '_')) for part in path.parts)] + [Path(name) for name in FRONT]


def drawn(path):
    "Ids of the code cells of a notebook that show a picture and have no text for those who cannot see it"
    if path.suffix != '.ipynb': return []
    cells = [cell for cell in json.loads(path.read_text(encoding='utf-8'))['cells'] if cell['cell_type'] == 'code']
    pictures = [cell for cell in cells if any(kind.startswith('image/') for out in cell['outputs'] for kind in out.get('data', {}))]
    return [cell['id'] for cell in pictures if not re.search(r'^#\| fig-alt: ".+"$', ''.join(cell['source']), re.M)]


def broken():
    "Sentences about links that lead nowhere and pictures without a text; pages elsewhere are not asked"
    found = []
    for path in pages():
        found += [f'{path}: the picture of cell {cell} has no text: begin the cell with #| fig-alt: "..."' for cell in drawn(path)]
        text = re.sub(r'`[^`\n]*`', '', prose(path)) # what stands between backticks is code
        found += [f'{path}: the picture {link} has no text' for link in re.findall(r'!\[\s*\]\(([^)\s]+)\)', text)]
        found += [f'{path}: {tag} has no text' for tag in re.findall(r'<img[^>]*>', text) if not re.search(r'\salt="[^"]+"', tag)]
        for link in map(''.join, re.findall(r'\]\(([^)\s]+)\)|<(?:img|source)[^>]*\ssrc(?:set)?="([^"]+)"', text)):
            if re.match(r'[a-z]+:|[/#]', link): continue
            name, _, anchor = link.partition('#')
            if not (path.parent/name).exists(): found.append(f'{path}: {link} leads nowhere')
            elif anchor and anchor not in anchors(path.parent/name): found.append(f'{path}: {link} names no heading')
    return found


if __name__ == '__main__':
    faults = broken()
    for fault in faults: print(fault)
    sys.exit(bool(faults))
