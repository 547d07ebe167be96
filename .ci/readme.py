"Writes README.md and its pictures from nbs/index.ipynb, without Quarto."
import re, shutil
from pathlib import Path
from posixpath import normpath

import nbformat
from nbconvert import MarkdownExporter

PICTURES = 'README_files'
_directive = re.compile(r'^#\|\s*(.+?)\s*(?:\n|\Z)', re.MULTILINE)
_link = re.compile(r'(\]\(|<(?:img|source)[^>]*\ssrc(?:set)?=")(?![a-z]+:|[/#])([^)"\s]+)')


def _from_root(match):
    "A link relative to the folder of notebooks, made relative to the repository's root"
    return match[1] + normpath(f'nbs/{match[2]}')


def shown(cell):
    "`cell` as a reader should see it, following its `#|` directives, or None when it is hidden"
    if cell.cell_type == 'markdown': cell.source = _link.sub(_from_root, cell.source)
    if cell.cell_type != 'code': return cell
    flags = {o.replace(' ', '') for o in _directive.findall(cell.source)}
    if flags & {'hide', 'include:false'}: return None
    cell.source = _directive.sub('', cell.source).strip('\n')
    if flags & {'echo:false', 'hide_input'} or not cell.source: cell.metadata['transient'] = dict(remove_source=True)
    if flags & {'output:false', 'hide_output'}: cell.outputs = []
    return cell


def readme(notebook='nbs/index.ipynb'):
    "Files of the README made from `notebook`: name to bytes"
    nb = nbformat.read(notebook, as_version=4)
    nb.metadata['language_info'] = dict(name='python')
    nb.cells = [c for c in map(shown, nb.cells) if c is not None]
    text, resources = MarkdownExporter().from_notebook_node(nb, dict(unique_key='picture', output_files_dir=PICTURES))
    text = re.sub(r'\n{3,}', '\n\n', re.sub(r'[ \t]+$', '', text, flags=re.MULTILINE)).strip() + '\n'
    head = '<!-- Made from nbs/index.ipynb by `make readme`: edit the notebook. -->\n\n'
    return {'README.md': (head + text).encode(), **resources.get('outputs', {})}


def write(files, folder='.'):
    "Writes `files` to `folder` in place of the pictures of an earlier README"
    shutil.rmtree(Path(folder) / PICTURES, ignore_errors=True)
    for name, data in files.items():
        path = Path(folder) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def differences(files, folder='.'):
    "Names of README files in `folder` that differ from `files`, are missing or are left over"
    old = {p.relative_to(folder).as_posix() for p in Path(folder, PICTURES).glob('*')}
    changed = {n for n, data in files.items() if not (p := Path(folder, n)).exists() or p.read_bytes() != data}
    return sorted(changed | (old - set(files)))


if __name__ == '__main__':
    files = readme()
    write(files)
    print('wrote', ', '.join(files))
