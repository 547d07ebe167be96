"Are the words of notebooks, guides, front pages and docstrings spelt right, and as the British do? Asks codespell's lists of mistakes."
import ast, re, sys, tokenize
from importlib.resources import files
from pathlib import Path
from links import pages, prose

LISTS = files('codespell_lib')/'data'
# right all the same: American words that the British have too, with another meaning, and words of titles
RIGHT = set('program story stories practice practices license licenses licensed licensing meter meters routing focused '
            'judgment writable randomized'.split())


def mistakes(name):
    "What a list of codespell calls wrong -> what is right"
    lines = (LISTS/name).read_text(encoding='utf-8').splitlines()
    return dict(line.strip().split('->') for line in lines if '->' in line)


def wrong_words():
    "Misspelt or American word -> what to write in its place"
    american = {right.strip(', '): word for word, right in mistakes('dictionary_en-GB_to_en-US.txt').items()}
    found = american | mistakes('dictionary.txt') | mistakes('dictionary_rare.txt')
    return {word: right.strip(', ') for word, right in found.items() if word not in RIGHT}


def plain(text):
    "Markdown without code, formulas, addresses and what HTML says of itself"
    for thing in (r'^```.*?^```', r'`[^`\n]*`', r'\$\$.*?\$\$', r'\$[^$\n]*\$', r'\]\([^)\s]*\)', r'<[^>\n]*>', r'\w+://\S+'):
        text = re.sub(thing, lambda found: '\n'*found[0].count('\n'), text, flags=re.M | re.S)
    return text


def said(path):
    "Docstrings, comments and sentences of a module"
    with path.open('rb') as file: tokens = list(tokenize.tokenize(file.readline))
    comments = [token.string for token in tokens if token.type == tokenize.COMMENT and not token.string.startswith('# %%')]
    constants = [node.value for node in ast.walk(ast.parse(path.read_bytes())) if isinstance(node, ast.Constant)]
    texts = [text for text in constants if isinstance(text, str) and not set(text) & set('{}')] # no CSS, no JavaScript
    return '\n'.join(comments + [text for text in texts if len(text.split()) > 2])


def misspelt():
    "A sentence for each word that is spelt wrong"
    texts = {path: prose(path) for path in pages()}
    texts |= {path: said(path) for path in sorted(Path('occluded_inpaint').rglob('*.py'))}
    wrong = wrong_words()
    found = []
    for path, text in texts.items():
        words = re.findall(r"(?<![\w#.])[A-Za-z][a-z']+(?![\w=])", plain(text))
        found += [f'{path}: {word}, write {wrong[word.lower()]}' for word in dict.fromkeys(words) if word.lower() in wrong]
    return found


if __name__ == '__main__':
    faults = misspelt()
    for fault in faults: print(fault)
    sys.exit(bool(faults))
