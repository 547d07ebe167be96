"Writes what follows from other files: a model card in Markdown for each weights file, and nbs/llms.txt for programs that read"
import json, re
from configparser import ConfigParser
from pathlib import Path

WEIGHTS = Path('occluded_inpaint/weights')
WORDS = dict(sha256='SHA-256 of the file', commit='made at commit', figures='figures', metrics='figures', limits='limits',
             hardware='trained on', minutes='minutes of training', parameters='parameters', photos='photographs')


def settings():
    "The project's settings"
    parser = ConfigParser(delimiters=['='])
    parser.read('settings.ini', encoding='utf-8')
    return parser['DEFAULT']


def listed(value, depth=0):
    "Lines of a list in Markdown for anything that JSON can hold"
    if isinstance(value, dict): items = [(str(key).replace('_', ' '), entry) for key, entry in value.items()]
    else: items = [(f'{i}', entry) for i, entry in enumerate(value, 1)]
    lines = []
    for name, entry in items:
        nested = isinstance(entry, dict) or isinstance(entry, list) and any(isinstance(o, (dict, list)) for o in entry)
        lines.append(f'{"  "*depth}- {name}:' + ('' if nested else f' {figure(entry)}'))
        if nested: lines += listed(entry, depth + 1)
    return lines


def figure(value):
    "A value as it should be read"
    if value is None or value == '': return 'none'
    if isinstance(value, bool): return 'yes' if value else 'no'
    if isinstance(value, float): return f'{value:.4g}'
    return ', '.join(map(figure, value)) if isinstance(value, list) else str(value)


def model_card(path):
    "A weights file's card as Markdown, from the JSON beside it"
    card = json.loads(path.read_text(encoding='utf-8'))
    name = card.pop('model', path.stem)
    size = path.with_suffix('.safetensors').stat().st_size/1e6
    lines = [f'# {name}', '', f'`{path.stem}.safetensors`, {size:.1f} MB, shipped with occluded_inpaint (Apache-2.0). '
             f'Made from `{path.name}` by `.ci/pages.py`: edit that file.', '']
    for key in [key for key in card if not isinstance(card[key], (dict, list))]:
        lines.append(f'- **{WORDS.get(key, key)}**: {figure(card[key])}')
    for key in [key for key in card if isinstance(card[key], (dict, list))]:
        lines += ['', f'## {WORDS.get(key, key).capitalize()}', '', *listed(card[key])]
    return '\n'.join(lines) + '\n'


def opening(path):
    "Title and description of a page"
    if path.suffix == '.ipynb':
        text = ''.join(json.loads(path.read_text(encoding='utf-8'))['cells'][0]['source'])
        return re.search(r'^# (.+)', text, re.M)[1], (re.search(r'^> (.+)', text, re.M) or [0, ''])[1]
    text = path.read_text(encoding='utf-8')
    return re.search(r'^title: (.+)', text, re.M)[1], re.search(r'^description: (.+)', text, re.M)[1]


def llms():
    "The site in one page of links, in the order of the sidebar (llmstxt.org)"
    cfg = settings()
    site = f"{cfg['doc_host']}{cfg['doc_baseurl']}"
    lines = [f"# {cfg['title']}", '', f"> {cfg['description']}"]
    for line in Path('nbs/sidebar.yml').read_text(encoding='utf-8').splitlines():
        if found := re.match(r'\s*- section: "?([^"]+)"?$', line): lines += ['', f'## {found[1]}', '']
        elif found := re.match(r'\s*- (\S+\.(?:ipynb|qmd))$', line):
            title, description = opening(Path('nbs', found[1]))
            if found[1] in ('index.ipynb', 'glossary.qmd'): lines.append('')
            page = re.sub(r'(^|/)\d+[a-z0-9]*_', r'\1', found[1]).rsplit('.', 1)[0] + '.html' # as nbdev names pages
            lines.append(f"- [{title}]({site}/{page}){': ' + description if description else ''}")
    return '\n'.join(lines) + '\n'


def pages():
    "Files and what they should say: path -> text"
    cards = {path.with_suffix('.md').as_posix(): model_card(path) for path in sorted(WEIGHTS.glob('*.json'))}
    return cards | {'nbs/llms.txt': llms()}


def stale():
    "Files that do not say what they should"
    return [path for path, text in pages().items() if not Path(path).exists() or Path(path).read_text(encoding='utf-8') != text]


if __name__ == '__main__':
    for path, text in pages().items(): Path(path).write_text(text, encoding='utf-8')
    print('wrote', ', '.join(pages()))
