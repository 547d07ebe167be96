"How the documentation shows a function: its signature in a line, then a table of its parameters. Only nbdev uses this."
import inspect
import re
from fastcore.docments import DocmentTbl
from nbdev.showdoc import BasicMarkdownRenderer


def plain_signature(sig):
    "Names and defaults alone: types and comments stand in the table"
    bare = [p.replace(annotation=inspect.Parameter.empty) for p in sig.parameters.values() if p.name != 'self']
    return re.sub(r' at 0x[0-9a-f]+', '', str(inspect.Signature(bare)))


def cell(value):
    "A type, a default or a comment as text of a table, in which a bar would begin the next column"
    if value is inspect.Parameter.empty: return ''
    if isinstance(value, type) and not hasattr(value, '__args__'): text = value.__name__
    else: text = str(value)
    return text.replace('|', '\\|').replace('\n', ' ')


class Table(DocmentTbl):
    "The parameters of a function, one a row"
    def _row(self, name, props): return [name] + [cell(props[column]) for column in self._columns]


class TableRenderer(BasicMarkdownRenderer):
    "nbdev's own puts comments with links into a block of code, where a link is raw text; here a table takes them"
    def _repr_markdown_(self):
        head = super()._repr_markdown_().split('```python')[0]
        parts = []
        if self.sig is not None: parts.append(f'```python\n{self.nm}{plain_signature(self.sig)}\n```')
        if self.docs: parts.append(self.docs)
        try: table = Table(self.sym)
        except (TypeError, ValueError, AttributeError): table = None # a module, a named tuple
        if table is not None and table.has_docment: parts.append(table._repr_markdown_())
        return head + '\n\n'.join(parts)
