"""The table of rules (schemas/rules.json), and the ids that its types make."""
import re
from collections import namedtuple

Doc = namedtuple('Doc', 'id type path_type folder parent namespace')


class Rules:
    def __init__(self, data):
        self.data = data
        self.types = {t['name']: t for t in data['types']}
        self.final = set(data['final'])
        self.forms = {}
        head = data['events']['head']
        for family in ('document', 'system'):
            for name, own in data['events'][family].items():
                self.forms[family, name] = {
                    'type': 'object', 'additionalProperties': False,
                    'required': head['required'] + own['required'],
                    'properties': {**head['properties'], **own['properties']}}

    def declare(self, types):
        """Types of the policy: without parents numbered, with parents a child, whose parent must not be final."""
        for t in types:
            parents = t.get('parents', [])
            self.types.setdefault(t['name'], {
                'name': t['name'], 'machine': 'executable' if t['executable'] else 'controlled',
                'executable': t['executable'], 'parents': parents,
                'numbering': 'child' if parents else 'numbered', 'parentMust': 'not be final' if parents else None})

    def fits(self, what, text):
        return re.fullmatch(self.data['ids'][what], text, re.A) is not None

    def doc(self, text):
        """The parts of an id, or None where it is none."""
        parts = text.split('-')
        if not self.fits('id', text):
            return None
        if parts[0] == 'TEMPLATE':
            named = self.fits('template', text[len('TEMPLATE-'):])
            return Doc(text, self.types['TEMPLATE'], 'TEMPLATE', 'TEMPLATE', None, None) if named else None
        if parts[0] == 'SDLC':
            kind = self.types.get(parts[2]) if len(parts) == 3 else None
            if not kind or kind['numbering'] != 'namespaced' or not self.fits('namespace', parts[1]):
                return None
            return Doc(text, kind, '-'.join(parts[1:]), 'SDLC-' + parts[1], None, parts[1])
        return self.numbered(text, parts)

    def numbered(self, text, parts):
        kind = None
        for i in range(0, len(parts), 2):
            following = self.types.get(parts[i])
            wanted = 'child' if i else 'numbered'
            if not following or following['numbering'] != wanted:
                return None
            if not self.fits('number', ''.join(parts[i + 1:i + 2])):
                return None
            if kind and kind['name'] not in following['parents']:
                return None
            kind = following
        root = '-'.join(parts[:2])
        folder = '%s/%s' % (parts[0], root) if self.types[parts[0]]['executable'] else parts[0]
        return Doc(text, kind, kind['name'], folder, '-'.join(parts[:-2]) or None, None)

    def user_name(self, name):
        ids = self.data['ids']
        return self.fits('user', name) and len(name) <= ids['userLength'] and not self.fits('noUser', name)
