#!/usr/bin/env python3
"""Verifies a document store without the program that wrote it.

Written from store-format.md and rules.json alone; needs Python 3.9 and nothing else. It reads the folder QMS/ below the
folder that it is given, writes nothing, follows no link and executes nothing.

    python3 verify.py [--json] [--rules FILE] FOLDER

One line a finding: CODE path:line expected ..., found ...
Exit code: 0 clean, 6 findings, 7 a trail or a text is damaged, 9 newer than these rules, 2 it could not be asked.

Texts are told by their digests and not read. So it does not judge what they say: whether sealed text is unchanged since
its approval, whether a recording wrote only where it may, and whether who recorded is whom the item names.

The parts, each of which needs only those before it:

    JSON         JSON as JavaScript reads and writes it, and the part of JSON Schema that rules.json uses.
    Rules        The table of rules (schemas/rules.json), and the ids that its types make.
    Trails       The chain rule, and where the chain of an adopted document begins. A damage is named with its line.
    State        The state of a document: the fold of its events, and the metadata that it gives.
    Rights       Who may do what, at a time: the system records, folded and judged.
    Agents       Who sat when, which agents were called to what, and what was tried past the rules.
    Transitions  One transition: its row of the tables, its role, its conditions and gates, as far as the records tell.
    Store        The store: its files, what they must be, and the command.
"""
import argparse
import bisect
import datetime
import decimal
import hashlib
import itertools
import json
import os
import re
import stat
import sys
from collections import namedtuple


# --- JSON ------------------------------------------------------------------------------------------------------------

MOST_DEPTH = 200  # of objects and arrays within each other


class NotJson(Exception):
    def __init__(self, code, found):
        super().__init__(found)
        self.code = code


def parse(text, once=True):
    """A JSON value. Raises NotJson for what is none, for what is nested too deeply and for a key that stands twice."""
    twice = []

    def pairs(items):
        found = dict(items)
        if len(found) < len(items):
            names = [key for key, _ in items]
            twice.append(next(key for key in names if names.count(key) > 1))
        return found

    def refuse(word):
        raise ValueError(word + ' is no JSON')

    if depth(text) > MOST_DEPTH:
        raise NotJson('EVENT_UNKNOWN', 'nested more than %d levels deep' % MOST_DEPTH)
    try:  # numbers of more than 15 digits are floats there
        value = json.loads(text, object_pairs_hook=pairs, parse_constant=refuse,
                           parse_int=lambda n: int(n) if len(n) < 16 else float(n))
    except ValueError as error:
        raise NotJson('CONFLICT_MARKERS' if CONFLICT.search(text) else 'NOT_JSON', str(error))
    if twice and once:
        raise NotJson('KEY_TWICE', twice[0])
    return value


CONFLICT = re.compile(r'^(?:<{7}|={7}|>{7}|\|{7})(?: |$)', re.M)
TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{}]', re.S)


def depth(text):
    now = most = 0
    for token in TOKEN.finditer(text):
        sign = token.group()[0]
        now += (sign in '[{') - (sign in ']}')
        most = max(most, now)
    return most


def dump(value, indent=''):
    """As JSON.stringify(value, null, 2)."""
    inner = indent + '  '
    if isinstance(value, dict) and value:
        items = ['%s: %s' % (dump(key), dump(value[key], inner)) for key in in_order(value)]
        return '{\n%s%s\n%s}' % (inner, (',\n' + inner).join(items), indent)
    if isinstance(value, list) and value:
        return '[\n%s%s\n%s]' % (inner, (',\n' + inner).join(dump(item, inner) for item in value), indent)
    if isinstance(value, str):  # halves of a surrogate pair are escaped
        return re.sub('[\ud800-\udfff]', lambda c: '\\u%04x' % ord(c.group()), json.dumps(value, ensure_ascii=False))
    return number(value) if isinstance(value, float) else json.dumps(value)


def in_order(keys):
    """Keys of an object that are whole numbers come first there, by size."""
    index = [key for key in keys if re.fullmatch('0|[1-9][0-9]{0,9}', key) and int(key) < 2 ** 32 - 1]
    return sorted(index, key=int) + [key for key in keys if key not in index]


def number(x):
    if x != x or x in (float('inf'), float('-inf')):
        return 'null'
    if x == 0 or 1e-6 <= abs(x) < 1e21:
        digits = format(decimal.Decimal(repr(x)), 'f') if x else '0'
        return digits.rstrip('0').rstrip('.') if '.' in digits else digits
    return re.sub('e([+-])0*', r'e\1', repr(x))


def misfit(value, form, at='it'):
    """Why a value does not have a form of rules.json (a part of JSON Schema), or None."""
    forms = form.get('anyOf') or form.get('oneOf')  # of which no two fit at once
    if forms:
        return None if any(misfit(value, one) is None for one in forms) else at + ' has none of its forms'
    if 'const' in form or 'enum' in form:
        allowed = form.get('enum', [form.get('const')])
        fits = any(value == one and isinstance(value, bool) == isinstance(one, bool) for one in allowed)
        return None if fits else '%s is none of %s' % (at, ', '.join(map(str, allowed)))
    kind = form.get('type')
    if isinstance(kind, list):
        return misfit(value, {'anyOf': [{**form, 'type': one} for one in kind]}, at)
    if kind and not KINDS[kind](value):
        return '%s is no %s' % (at, kind)
    if kind == 'string':
        size = len(value.encode('utf-16-le', 'surrogatepass')) // 2
        if not form.get('minLength', 0) <= size <= form.get('maxLength', size):
            return '%s has %d characters' % (at, size)
        if 'pattern' in form and not re.fullmatch(form['pattern'], value, re.A):
            return at + ' has another form'
    if kind in NUMBERS and not form.get('minimum', value) <= value <= form.get('maximum', value):
        return at + ' is out of range'
    if kind == 'integer' and value <= form.get('exclusiveMinimum', value - 1):
        return at + ' is out of range'
    if kind == 'array' and not form.get('minItems', 0) <= len(value) <= form.get('maxItems', len(value)):
        return '%s has %d items' % (at, len(value))
    if kind == 'array':
        return next(filter(None, (misfit(v, form.get('items', {}), '%s[%d]' % (at, i))
                                  for i, v in enumerate(value))), None)
    if kind == 'object':
        return misfit_object(value, form, at)
    return None


KINDS = {
    'string': lambda v: isinstance(v, str),
    'boolean': lambda v: isinstance(v, bool),
    'null': lambda v: v is None,
    'array': lambda v: isinstance(v, list),
    'object': lambda v: isinstance(v, dict),
    'integer': lambda v: not isinstance(v, bool) and (isinstance(v, int) or isinstance(v, float) and v.is_integer()),
    'number': lambda v: not isinstance(v, bool) and isinstance(v, (int, float)),
}
NUMBERS = {'integer', 'number'}


def misfit_object(value, form, at):
    known = form.get('properties', {})
    for key in form.get('required', []):
        if key not in value:
            return '%s lacks %s' % (at, key)
    for key, item in value.items():
        problem = misfit(key, form.get('propertyNames', {}), 'the key ' + key)
        if problem:
            return problem
        other = form.get('additionalProperties', {})
        if key not in known and other is False:
            return '%s has %s' % (at, key)
        problem = misfit(item, known.get(key, other), key)
        if problem:
            return problem
    return None


# --- Rules -----------------------------------------------------------------------------------------------------------

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


# --- Trails ----------------------------------------------------------------------------------------------------------

GENESIS = '0' * 64
MOST_LINE = 16 << 20  # bytes of one line


def sha(data):
    return hashlib.sha256(data).hexdigest()


def link(line):
    """seq and prev of a line, as far as it can be read."""
    try:
        value = parse(line.decode('utf-8', 'replace'), once=False)
    except NotJson:
        return None
    return (value.get('seq'), value.get('prev')) if isinstance(value, dict) else None


def chain_start(lines):
    """Index of the line at which the chain begins: 0, but for the trail of an adopted document."""
    if not lines or link(lines[0]) == (1, GENESIS):
        return 0
    for i, line in enumerate(lines):
        if re.match(rb'\{"ts":"[^"]*","event":"ADOPT",', line[:80]) and link(line) == (1, GENESIS):
            return i
    return 0


def read_trail(rules, family, data):
    """(events, damage): every event with its line under `line`; damage is (code, line, expected, found) or None."""
    lines = data.split(b'\n')
    if lines.pop() or not lines:
        return [], ('TRAIL_CUT', len(lines) + (data[-1:] != b''), 'a line feed at the end', 'none')
    start = chain_start(lines) if family == 'document' else 0
    events, prev = [], GENESIS
    for i, line in enumerate(lines[start:]):
        event, damage = read_line(rules, family, line, i + 1, prev)
        if damage:
            return events, (damage[0], start + i + 1) + damage[1:]
        events.append({**event, 'line': start + i + 1})
        prev = sha(line)
    former = sha(b''.join(line + b'\n' for line in lines[:start]))
    if events[0]['event'] == 'ADOPT' and events[0]['digest'] != former:
        return events, ('ADOPTED_LINES_CHANGED', start + 1, events[0]['digest'], former)
    return events, None


def read_line(rules, family, line, seq, prev):
    if len(line) > MOST_LINE:
        return None, ('TOO_LARGE', 'at most %d bytes' % MOST_LINE, '%d bytes' % len(line))
    try:
        event = parse(line.decode('utf-8'))
    except UnicodeDecodeError as error:
        return None, ('NOT_JSON', 'UTF-8', str(error))
    except NotJson as error:
        return None, (error.code, 'one JSON object', str(error))
    own = event if isinstance(event, dict) else {}
    if own.get('seq') != seq or own.get('seq') is True:
        return None, ('CHAIN_BROKEN', 'seq %d' % seq, 'seq %s' % own.get('seq'))
    if own.get('prev') != prev:
        return None, ('CHAIN_BROKEN', 'prev ' + prev, 'prev %s' % own.get('prev'))
    form = rules.forms.get((family, str(own.get('event'))))
    problem = misfit(own, form) if form else 'event %s' % own.get('event')
    return event, problem and ('EVENT_UNKNOWN', 'an event of this format', problem)


# --- State -----------------------------------------------------------------------------------------------------------

Text = namedtuple('Text', 'version content path')  # path: where an adopted text stands, else None
Item = namedtuple('Item', 'outcome evidence aside')  # aside: numbers of evidence, from 1, that no longer speaks


def major(version):
    return int(version.split('.')[0])


def next_minor(version, used):
    same = [int(v.split('.')[1]) for v in [version, *used] if major(v) == major(version)]
    return '%d.%d' % (major(version), max(same) + 1)


def is_open(status):
    return re.fullmatch('IN_(PRE_|POST_)?(REVIEW|APPROVAL)', status) is not None


def is_reviewing(status):
    return is_open(status) and status.endswith('REVIEW')


def joined(names, more):
    return list(dict.fromkeys([*names, *more]))


class State:
    """A document as the fold of its events."""

    def __init__(self, doc, e):
        self.doc, self.seq, self.version, self.changed = doc, 1, e['version'], e['ts']
        self.carried, self.waived, self.escalations, self.outcome = {}, [], [], None
        self.items = {}  # of the execution: the last outcome on record, and evidence by number
        self.purpose, self.home, self.reason = 'ordinary', None, None
        self.record = e.get('record')
        if e['event'] == 'ADOPT':
            return self.take_over(e, e['assumed'])
        created = e['event'] == 'CREATE'
        text = Text(e['version'], e['content'], None)
        self.title, self.created = e['title'], e['ts']
        self.status = e['status'] if created else 'EFFECTIVE'
        self.parent, self.source, self.kind = e.get('parent'), e.get('source'), e.get('kind')
        self.owner = e['user'] if created else None
        self.checkout = {'by': e['user'], 'at': e['ts'], 'base': e['content']} if created else None
        self.draft, self.live = (text, None) if created else (None, text)
        self.fresh, self.released = created, self.status == 'IN_EXECUTION'
        self.archive, self.versions, self.team, self.rounds, self.round = [], [e['version']], [], 0, None
        self.authors, self.approvers = [], []

    def take_over(self, e, a):
        texts = [(f['role'], Text(f.get('version', e['version']), f['content'], f['path'])) for f in e['files']]
        self.draft = next((t for role, t in texts if role == 'draft'), None)
        self.live = next((t for role, t in texts if role == 'live'), None)
        self.archive = [t for role, t in texts if role == 'archive']
        for key in ('title', 'status', 'parent', 'kind', 'owner', 'checkout', 'fresh', 'released', 'versions', 'team',
                    'rounds', 'purpose', 'authors', 'approvers', 'waived', 'carried'):
            setattr(self, key, a[key])
        self.round, self.source, self.created = a['round'] and dict(a['round']), None, a['created']['at']
        if self.purpose == 'retire':
            self.home = 'REVIEWED' if self.status == 'IN_APPROVAL' else 'POST_REVIEWED'

    @property
    def text(self):
        return self.draft or self.live

    def apply(self, e):
        act = getattr(self, 'on_' + e['event'].lower(), None)
        if act:
            act(e)
        self.version, self.changed, self.seq = e['version'], e['ts'], self.seq + 1
        self.versions = joined(self.versions, [e['version']])

    def on_checkout(self, e):
        self.owner = self.owner or e['user']
        self.checkout = {'by': e['user'], 'at': e['ts'], 'base': self.text.content if self.text else ''}
        self.fresh = self.fresh or 'from_version' in e

    def on_checkin(self, e):
        self.checkout = None
        if e.get('discarded'):
            return
        if e['changed'] and not self.fresh:
            self.keep(self.draft)
        if e['changed'] or self.fresh:
            self.authors = joined(self.authors, [e['user']])
        self.draft, self.fresh = Text(e['version'], e['content'], None), False
        self.title, self.record = e.get('title', self.title), e.get('record', self.record)

    def on_recording(self, e):
        self.authors = joined(self.authors, [e['user']])
        if e['content'] != e['base']:
            self.keep(None if self.fresh else self.draft)
            self.draft, self.fresh = Text(e['version'], e['content'], None), False

    on_note = on_summary = on_recording

    def on_ei(self, e):
        item = self.item(e['item'])
        self.items[e['item'].upper()] = Item(e.get('outcome', item.outcome), item.evidence + e.get('evidence', []),
                                             item.aside | set(e.get('aside', [])))
        self.on_recording(e)

    def item(self, name):
        return self.items.get(name.upper(), Item(None, [], set()))

    def on_fix(self, e):
        self.keep(self.live)
        self.live, self.title = Text(e['version'], e['content'], None), e.get('title', self.title)

    def keep(self, *texts):
        """Into the archive, once a version; beside a text of a former life, into a folder `again`."""
        for t in filter(None, texts):
            same = [a for a in self.archive if a.version == t.version]
            if not same:
                self.archive = self.archive + [Text(t.version, t.content, None)]
            elif same[-1].path is not None and all(a.content != t.content for a in same):
                folder, name = same[-1].path.rsplit('/', 1)
                self.archive = self.archive + [Text(t.version, t.content, '%s/again/%s' % (folder, name))]

    def begin_purpose(self, e):
        if e.get('retire') or e.get('abandon'):
            self.purpose = 'retire' if e.get('retire') else 'abandon'
            self.home, self.reason = self.home or self.status, e.get('reason', self.reason)

    def on_route_review(self, e):
        self.begin_purpose(e)
        self.owner, self.team, self.rounds = self.owner or e['user'], e['assignees'], e['round']
        self.round = {'number': e['round'], 'void': False, 'content': e['content'], 'reviews': [], 'approvals': [],
                      'pending': e['assignees'], 'openedAt': e['ts']}

    def on_route_approval(self, e):
        self.begin_purpose(e)
        self.team = e['assignees']
        self.in_round(approvals=[], pending=e['assignees'], openedAt=e['ts'])

    def in_round(self, **changes):
        self.round = self.round and {**self.round, **changes}

    def on_assign(self, e):
        def stays(names):
            return [n for n in joined(names, e['assignees']) if n not in e.get('removed', [])]
        if e.get('owner'):
            self.owner, self.checkout = e['owner'], None
        if self.round and is_open(self.status):
            self.team = stays(self.team)
            self.in_round(pending=stays(self.round['pending']))

    def others(self, user):
        return [n for n in (self.round or {}).get('pending', []) if n != user]

    def on_review(self, e):
        if self.round:
            answer = {'user': e['user'], 'outcome': e['outcome']}
            self.in_round(pending=self.others(e['user']), reviews=self.round['reviews'] + [answer])

    def on_approve(self, e):
        if self.round:
            self.in_round(pending=self.others(e['user']), approvals=self.round['approvals'] + [e['user']])

    def on_reject(self, _):
        self.in_round(void=True, pending=[])

    def on_withdraw(self, _):
        self.in_round(pending=[], void=bool(self.round and self.round['void']) or is_reviewing(self.status))

    def on_release(self, _):
        self.released = True

    def on_close(self, e):
        self.outcome = e.get('outcome')

    def on_escalate(self, e):
        self.escalations = self.escalations + [True]

    def on_resolve(self, _):
        self.escalations = [False for _ in self.escalations]

    def on_status_change(self, e):
        to, version = e['to_status'], e['version']
        approvals = self.round['approvals'] if self.round else []
        if self.purpose != 'ordinary' and to in (self.home, 'CLOSED', 'RETIRED'):
            self.purpose, self.home, self.reason = 'ordinary', None, None
        self.place_texts(e['from_status'], to, version)
        if to in ENDS:
            self.owner, self.checkout, self.team, self.round = None, None, [], None
        onward = to == 'IN_EXECUTION' and e['from_status'] == 'PRE_APPROVED'
        if not onward and to in ENDS | {'DRAFT', 'IN_EXECUTION'}:
            self.waived = []
        if major(version) > major(self.version):
            self.authors, self.approvers = [], approvals
        self.status = to

    def place_texts(self, was, to, version):
        draft, live = self.draft, self.live
        if to == 'EFFECTIVE' and was == 'DRAFT':
            self.keep(draft)
            self.draft, self.fresh = None, False
        elif to in ('EFFECTIVE', 'CLOSED'):
            if draft:
                self.keep(live, *([draft] if to == 'EFFECTIVE' else []))
                self.live, self.draft = Text(version, draft.content, None), None
        elif to == 'RETIRED':
            self.keep(live, draft)
            self.live = self.draft = None
        elif to == 'CANCELLED':
            self.keep(None if self.fresh else draft)
            self.draft = None
        elif draft and not self.fresh and major(draft.version) != major(version):
            self.keep(draft)
            self.draft = draft._replace(version=version)

    def metadata(self):
        executable, r = self.doc.type['executable'], self.round
        asking = r if r and is_open(self.status) else None
        own = {
            'doc_id': self.doc.id, 'doc_type': self.doc.path_type, 'version': self.version, 'status': self.status,
            'executable': executable,
            'execution_phase': ('post_release' if self.released else 'pre_release') if executable else None,
            'responsible_user': self.owner,
            'checked_out': self.checkout is not None,
            'checked_out_date': self.checkout['at'][:10] if self.checkout else None,
            'effective_version': self.live.version if self.live and not executable else None,
            'pending_assignees': asking['pending'] if asking else [],
            'review_outcomes': {a['user']: a['outcome'] for a in r['reviews']} if r else {},
            'completed_reviewers': [a['user'] for a in r['reviews']] if r else [],
            'title': self.title, 'parent': self.parent, 'source': self.source, 'kind': self.kind,
            'checked_out_by': self.checkout['by'] if self.checkout else None,
            'team': self.team, 'round': r['number'] if r else None,
            'round_opened': asking['openedAt'] if asking else None,
            'purpose': self.purpose, 'open_escalations': sum(self.escalations), 'outcome': self.outcome,
            'content': self.text.content if self.text else None,
            'created': self.created, 'changed': self.changed, 'events': self.seq}
        return (dump({**own, **self.carried}) + '\n').encode('utf-8')


ENDS = {'EFFECTIVE', 'CLOSED', 'RETIRED', 'CANCELLED'}
BIRTHS = {'CREATE', 'INSTALL', 'ADOPT'}
RECORDINGS = {'EI', 'NOTE', 'SUMMARY'}
RECORDINGS_SINCE = 2  # edition of the tables


# --- Rights ----------------------------------------------------------------------------------------------------------

class Timeline:
    """Values by time stamp. A stamp before its predecessor's counts as that: order is by sequence."""

    def __init__(self, first):
        self.times, self.values = [''], [first]

    def add(self, ts, value):
        self.times.append(max(ts, self.times[-1]))
        self.values.append(value)

    def at(self, ts):
        return self.values[bisect.bisect_right(self.times, ts) - 1]

    def before(self, ts):
        return self.values[max(bisect.bisect_left(self.times, ts) - 1, 0)]


SYSTEM = {'registry': ('USER_ADD', 'USER_DISABLE', 'USER_ENABLE'), 'namespaces': ('NAMESPACE_ADD',),
          'policy': ('POLICY_SET', 'CONFIG_SET')}


class Governing:
    """The system records, folded: who there is, which namespaces, what the policy says, each by time."""

    def __init__(self, rules):
        self.rules = rules
        self.registry, self.namespaces = Timeline({}), Timeline(())
        self.policy = Timeline(rules.data['policy']['defaults'])
        self.began = None  # ts and user of the first event of the registry
        self.configuration = None  # digest of qms.config.json, where an event names it

    def take(self, record, events):
        """Folds one record; yields (event, problem) for what was not allowed."""
        for n, e in enumerate(events, 1):
            line = getattr(self, record)
            problem = self.problem(record, e, n)
            if problem:
                yield e, problem
            if e['event'] in SYSTEM[record]:
                line.add(e['ts'], self.after(line.values[-1], e))

    def problem(self, record, e, n):
        if record == 'registry' and n == 1:
            self.began = (e['ts'], e['user'])
            first = e['event'] == 'USER_ADD' and e['name'] == e['user'] and e['group'] == 'administrator'
            return None if first and e['version'] == '1.0' else 'a first line that registers no administrator'
        registry = self.registry.values[-1] if record == 'registry' else self.registry.at(e['ts'])
        actor = registry.get(e['user'])
        if not actor or not actor['enabled'] or actor['group'] != 'administrator':
            return '%s, who is no enabled administrator' % e['user']
        if e['event'] not in SYSTEM[record]:
            return '%s in %s' % (e['event'], record)
        if e['version'] != '%d.0' % n:
            return 'version %s, not %d.0' % (e['version'], n)
        if e['event'] == 'CONFIG_SET':
            self.configuration = e['content']
            return None
        return getattr(self, 'odd_' + e['event'].lower())(e, registry)

    def odd_user_add(self, e, registry):
        if not self.rules.user_name(e['name']):
            return '%s, which is no name of a user' % e['name']
        return '%s, who is registered already' % e['name'] if e['name'] in registry else None

    def odd_user_disable(self, e, registry):
        actor = registry.get(e['name'])
        if not actor or not actor['enabled']:
            return '%s, who is not enabled' % e['name']
        left = [a for a in registry.values() if a['enabled'] and a['group'] == 'administrator']
        return 'the only administrator' if actor['group'] == 'administrator' and len(left) == 1 else None

    def odd_user_enable(self, e, registry):
        actor = registry.get(e['name'])
        return None if actor and not actor['enabled'] else '%s, who is not disabled' % e['name']

    def odd_namespace_add(self, e, _):
        if not self.rules.fits('namespace', e['name']):
            return '%s, which is no namespace' % e['name']
        return '%s, which is there already' % e['name'] if e['name'] in self.namespaces.values[-1] else None

    def odd_policy_set(self, e, registry):
        policy, key, value = self.policy.values[-1], e['key'], e['value']
        if key not in policy:
            return '%s, which is no key of the policy' % key
        if e['previous'] != policy[key]:
            return 'another previous value than the one before'
        if key == 'quality' and not is_quality(registry, value):
            return '%s, who is not of quality' % value
        return self.odd_types(policy['types'], value) if key == 'types' else None

    def odd_types(self, before, now):
        """A declared type stays as it is, but for its title; no name twice, nor that of a built-in one."""
        names = [t['name'] for t in now]
        built_in = {t['name'] for t in self.rules.data['types']}
        if len(set(names)) < len(names) or any(name in built_in or name == 'SDLC' for name in names):
            return 'a type that there is already'
        if any(p not in built_in and p not in names for t in now for p in t.get('parents', [])):
            return 'a parent that is no type'
        kept = {(t['name'], t['executable'], tuple(t.get('parents', []))) for t in now}
        gone = [t for t in before if (t['name'], t['executable'], tuple(t.get('parents', []))) not in kept]
        return 'a declared type changed or gone' if gone else None

    @staticmethod
    def after(value, e):
        if e['event'] == 'NAMESPACE_ADD':
            return value + (e['name'],)
        if e['event'] == 'CONFIG_SET':
            return value
        if e['event'] == 'POLICY_SET':
            return {**value, e['key']: e['value']} if e['key'] in value else value
        if e['event'] == 'USER_ADD':
            return {**value, e['name']: {'group': e['group'], 'kind': e['kind'], 'enabled': True}}
        known = value.get(e['name'])
        return {**value, e['name']: {**known, 'enabled': e['event'] == 'USER_ENABLE'}} if known else value


def is_quality(registry, name):
    actor = registry.get(name)
    return bool(actor and actor['enabled'] and actor['group'] == 'quality')


# --- Agents ----------------------------------------------------------------------------------------------------------

AGENT_RECORDS = {'sessions': ('SESSION_START', 'SESSION_ALLOW_FRESH', 'SESSION_END'),
                 'dispatches': ('DISPATCH', 'DISPATCH_END'), 'incidents': ('IDENTITY_MISMATCH', 'ATTEMPT')}
TASKS = {'REVIEW': 'review', 'APPROVE': 'approval', 'REJECT': 'approval'}
TOLERANCE = 60  # seconds between a token's being asked for and the event's being written


def seconds(ts):
    """Since the epoch, or None for what is no time."""
    try:
        return datetime.datetime.strptime(ts[:-1] + '+0000', '%Y-%m-%dT%H:%M:%S.%f%z').timestamp()
    except ValueError:
        return None


def series(letter, names):
    """The next number of a series: S-001, D-001."""
    return '%s-%03d' % (letter, max([int(name[2:]) for name in names], default=0) + 1)


class Calls:
    """Sessions, dispatches and incidents, folded and judged. Between records it goes by time stamps."""

    def __init__(self, governing):
        self.governing, self.whole = governing, True
        self.sessions = {}  # by, start, end, allowed: (time, agent)
        self.dispatches = {}  # the event, and its end
        self.documents = {}  # the same by document

    def take(self, record, events):
        """Folds one record; yields (event, problem) for what was not allowed."""
        for n, e in enumerate(events, 1):
            problem = self.problem(record, e, n)
            if problem:
                yield e, problem
            if e['event'] in AGENT_RECORDS[record]:
                self.fold(e)

    def problem(self, record, e, n):
        registry = self.governing.registry.at(e['ts'])
        actor = registry.get(e['user'])
        if not actor:
            return '%s, who is not registered' % e['user']
        if e['event'] not in AGENT_RECORDS[record]:
            return '%s in %s' % (e['event'], record)
        if e['version'] != '%d.0' % n:
            return 'version %s, not %d.0' % (e['version'], n)
        return getattr(self, 'odd_' + e['event'].lower())(e, actor, registry)

    def sits(self, actor):
        return actor['enabled'] and actor['group'] in self.governing.rules.data['initiating']

    def open_session(self, name, ts):
        s = self.sessions.get(name)
        return s if s and s['start'] <= ts and (s['end'] is None or ts <= s['end']) else None

    @staticmethod
    def able(registry, name):
        agent = registry.get(name)
        return bool(agent and agent['enabled'] and agent['kind'] == 'agent')

    def odd_session_start(self, e, actor, _):
        if not self.sits(actor):
            return '%s, who may not open a session' % e['user']
        if any(s['by'] == e['user'] and s['end'] is None for s in self.sessions.values()):
            return 'a second session of %s' % e['user']
        wanted = series('S', self.sessions)
        return None if e['session'] == wanted else '%s, not %s' % (e['session'], wanted)

    def odd_session_end(self, e, actor, _):
        s = self.sessions.get(e['session'])
        if not self.sits(actor) or not s or s['end'] is not None:
            return '%s, which %s cannot end' % (e['session'], e['user'])
        own = s['by'] == e['user'] or actor['group'] == 'administrator'
        return None if own else '%s, which is of %s' % (e['session'], s['by'])

    def odd_session_allow_fresh(self, e, actor, registry):
        if not actor['enabled'] or actor['group'] != 'administrator' or actor['kind'] != 'human':
            return '%s, who is no human administrator' % e['user']
        s = self.sessions.get(e['session'])
        if not s or s['end'] is not None or not self.able(registry, e['agent']):
            return '%s in %s, where nobody can be called so' % (e['agent'], e['session'])
        return None if given(e['reason']) else 'no reason'

    def odd_dispatch(self, e, actor, registry):
        s, begins, ends = self.open_session(e['session'], e['ts']), seconds(e['ts']), seconds(e['until'])
        if not self.sits(actor) or not s or s['by'] != e['user']:
            return '%s, who has no session %s open' % (e['user'], e['session'])
        if not self.able(registry, e['agent']):
            return '%s, who cannot be called' % e['agent']
        if begins is None or ends is None or ends <= begins:
            return 'until %s, which is no time after it' % e['until']
        wanted = series('D', self.dispatches)
        if e['dispatch'] != wanted:
            return '%s, not %s' % (e['dispatch'], wanted)
        return self.odd_instance(e, s)

    def odd_instance(self, e, s):
        """The agent that serves goes on, unless a fresh one was allowed and that has not been used."""
        own = [d for d in self.dispatches.values() if (d['session'], d['agent']) == (e['session'], e['agent'])]
        if e.get('fresh'):
            allowed = [ts for ts, agent in s['allowed'] if agent == e['agent'] and ts <= e['ts']]
            if len(allowed) <= sum(1 for d in own if d.get('fresh')):
                return 'a fresh %s, which nobody allowed' % e['agent']
        served = [d for d in own if (d['end'] or {}).get('instance')]
        goes_on = served and not e.get('fresh')
        wanted = served[-1]['end']['instance'] if goes_on else None
        if goes_on and served[-1]['backend'] != e['backend']:
            return '%s, not %s' % (e['backend'], served[-1]['backend'])
        if e.get('instance') == wanted:
            return None
        return 'instance %s, not %s' % (e.get('instance', 'absent'), wanted or 'absent')

    def odd_dispatch_end(self, e, actor, _):
        d = self.dispatches.get(e['dispatch'])
        if not self.sits(actor):
            return '%s, who may not call agents' % e['user']
        return None if d and d['end'] is None else '%s, which is not under way' % e['dispatch']

    def odd_identity_mismatch(self, e, *_):
        if e['claimed'] == e['user']:
            return 'claimed to be %s, and is' % e['user']
        d = self.dispatches.get(e['dispatch']) if 'dispatch' in e else None
        if 'dispatch' in e and not (d and d['ts'] <= e['ts']):
            return '%s, which had not begun' % e['dispatch']
        return self.odd_attempt(e)

    def odd_attempt(self, e, *_):
        s = self.sessions.get(e.get('session'))
        missing = 'session' in e and not (s and s['start'] <= e['ts'])
        return '%s, which had not begun' % e['session'] if missing else None

    def fold(self, e):
        act = getattr(self, 'on_' + e['event'].lower(), None)
        if act:
            act(e)

    def on_session_start(self, e):
        self.sessions[e['session']] = {'by': e['user'], 'start': e['ts'], 'end': None, 'allowed': []}

    def on_session_allow_fresh(self, e):
        if e['session'] in self.sessions:
            self.sessions[e['session']]['allowed'].append((e['ts'], e['agent']))

    def on_session_end(self, e):
        if e['session'] in self.sessions:
            self.sessions[e['session']]['end'] = e['ts']

    def on_dispatch(self, e):
        if e['dispatch'] not in self.dispatches:
            self.dispatches[e['dispatch']] = {**e, 'end': None}
            self.documents.setdefault(e['document'], []).append(self.dispatches[e['dispatch']])

    def on_dispatch_end(self, e):
        d = self.dispatches.get(e['dispatch'])
        if d and d['end'] is None:
            d['end'] = e

    def misfit(self, doc_id, e):
        """Why a verdict is not of the dispatch that it names, or None."""
        d = self.dispatches.get(e['dispatch'])
        if not d:
            return 'no such dispatch' if self.whole else None
        for key, value in (('agent', e['user']), ('document', doc_id), ('task', TASKS[e['event']]),
                           ('round', e['round']), ('content', e['content'])):
            if d[key] != value:
                return '%s %s' % (key, d[key])
        if d['ts'] > e['ts']:
            return 'begun at %s, after the verdict' % d['ts']
        if d['end'] and d['end']['ts'] < e['ts']:
            return 'ended at %s, before the verdict' % d['end']['ts']
        late = (seconds(e['ts']) or 0) > (seconds(d['until']) or 0) + TOLERANCE
        return 'over at %s' % d['until'] if late else None

    @staticmethod
    def unasked(d, state):
        """Why a document, as it was then, did not ask for a call; a state is an Asked, or None."""
        if state is None:
            return 'no such document then'
        task = 'review' if is_reviewing(state.status) else 'approval' if is_open(state.status) else None
        if task != d['task'] or d['agent'] not in state.pending:
            return '%s; asked were %s' % (state.status, ', '.join(state.pending) or 'none')
        pairs = (('text_version', state.version), ('status', state.status), ('round', state.round),
                 ('content', state.content))
        return next(('%s %s, not %s' % (key, d[key], is_) for key, is_ in pairs if d[key] != is_), None)


Asked = namedtuple('Asked', 'version status round content pending')


def asked(state):
    r = state.round
    return Asked(state.version, state.status, r and r['number'], r and r['content'], r['pending'] if r else [])


# --- Transitions -----------------------------------------------------------------------------------------------------

class Unjudged(Exception):
    """It depends on a document whose trail is damaged."""


class Case:
    """A transition as it is judged: the state before, the event that leads it, and the circumstances of its time."""

    def __init__(self, store, state, events):
        self.store, self.s, self.events, self.e = store, state, events, events[0]
        self.ts, self.user = self.e['ts'], self.e['user']
        self.registry, self.policy = store.governing.registry.at(self.ts), store.governing.policy.at(self.ts)
        self.actor = self.registry.get(self.user)
        self.round = state.round or {'number': 1, 'void': True, 'content': None, 'reviews': [], 'approvals': [],
                                     'pending': []}

    def asks(self):
        flag = 'retire' if self.e.get('retire') else 'abandon' if self.e.get('abandon') else None
        return flag if flag and flag != self.s.purpose else 'ordinary'

    def base(self):
        """Digest of the text that a new one takes the place of."""
        return self.s.checkout['base'] if self.s.checkout else self.s.text.content if self.s.text else None

    def changed(self):
        return self.e.get('content') != self.base()

    def pending_after(self):
        names = joined(self.round['pending'], self.e.get('assignees', []))
        return [n for n in names if n not in self.e.get('removed', [])]

    def is_author(self, name):
        return name == self.s.owner or name in self.s.authors

    def unable(self, name):
        actor = self.registry.get(name)
        if not actor or not actor['enabled']:
            return name + (' is disabled' if actor else ' is not registered')
        if self.policy['selfApproval'] == 'forbidden' and self.is_author(name):
            return name + ' is an author'
        return None

    def still_able(self):
        return [n for n in self.s.team if not self.unable(n)]

    def with_quality(self, names):
        """Where nobody of quality is among them, the policy's joins, else the first one registered."""
        members = [n for n in self.registry if is_quality(self.registry, n)]
        if any(n in members for n in names) or not members:
            return names
        preferred = self.policy['quality']
        return names + [preferred if preferred in members else members[0]]

    def answered(self):
        if is_reviewing(self.s.status):
            return [a['user'] for a in self.round['reviews']]
        return self.round['approvals'] if is_open(self.s.status) else []

    def family(self, ids):
        """States of other documents just before this transition, of those that were there."""
        states = ((i, self.store.before(i, self.ts)) for i in ids)
        return [(i, state) for i, state in states if state]

    def status_of(self, doc_id):
        return self.store.status(doc_id, self.ts)


CONDITIONS = {
    'ordinary': lambda c: c.s.purpose == 'ordinary',
    'special': lambda c: c.s.purpose != 'ordinary',
    'retiring': lambda c: c.s.purpose == 'retire',
    'notRetiring': lambda c: c.s.purpose != 'retire',
    'asksOrdinary': lambda c: c.asks() == 'ordinary',
    'asksRetire': lambda c: c.asks() == 'retire',
    'asksAbandon': lambda c: c.asks() == 'abandon',
    'othersPending': lambda c: bool(c.s.others(c.user)),
    'lastPending': lambda c: not c.s.others(c.user),
    'stillPending': lambda c: bool(c.pending_after()),
    'nonePending': lambda c: not c.pending_after(),
    'textDiffers': lambda c: c.changed(),
    'textSame': lambda c: not c.changed(),
    'justOpened': lambda c: c.s.fresh and c.s.live is not None,
    'notJustOpened': lambda c: not (c.s.fresh and c.s.live is not None),
    'revision': lambda c: c.s.live is not None,
}

# JavaScript's white space, which a reason or a comment must not consist of.
BLANK = (' \t\n\r\v\f\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f'
         '\u205f\u3000\ufeff')


def given(text):
    return bool((text or '').strip(BLANK))


def gate_team(c):
    """Who is asked can be asked. From execution on, and to abandon, those who were asked before are asked again."""
    names = c.e['assignees']
    if len(set(names)) < len(names):
        return 'somebody is asked twice'
    stay = c.still_able() if c.s.released or c.e.get('abandon') else []
    if any(n not in names for n in stay):
        return 'not everyone who was on the team'
    able = [n for n in names if not c.unable(n)]
    return None if able == names or c.with_quality(able) == names else ', '.join(filter(None, map(c.unable, names)))


def gate_approvers(c):
    wanted = c.with_quality(c.still_able())
    if c.e['assignees'] != wanted:
        return 'asked: %s; the team: %s' % (', '.join(c.e['assignees']), ', '.join(wanted))
    return gate_quality(c)


def gate_quality(c):
    return None if any(is_quality(c.registry, n) for n in c.e['assignees']) else 'nobody of quality'


def gate_repeat(c):
    stands = c.s.round and not c.round['void'] and all(a['outcome'] == 'RECOMMEND' for a in c.round['reviews'])
    return 'a round that stands' if stands and not gate_reviewed(c) else None


def gate_reviewed(c):
    return None if any(is_quality(c.registry, a['user']) for a in c.round['reviews']) else 'no review by quality'


def gate_children(c):
    open_ones = []
    for i, child in c.family(c.store.children.get(c.s.doc.id, [])):
        done = child.status in c.store.rules.final
        if child.machine == 'covered':
            done = done or not child.held and not child.fresh and child.has_draft
        elif child.kind == 2:
            done = done or child.status in AFTER_PRE_APPROVAL
        if not done:
            open_ones.append('%s is %s' % (i, child.status))
    return '; '.join(open_ones) or None


AFTER_PRE_APPROVAL = {'PRE_APPROVED', 'IN_EXECUTION', 'IN_POST_REVIEW', 'POST_REVIEWED', 'IN_POST_APPROVAL',
                      'POST_APPROVED', 'CLOSED'}


def gate_none_open(c, ids):
    still = [(i, state.status) for i, state in c.family(ids) if state.status not in c.store.rules.final]
    return '; '.join('%s is %s' % one for one in still) or None


def gate_control(c):
    under = c.e.get('under')
    if not under:
        return 'no change record' if c.policy['changeControl'] == 'required' else None
    doc = c.store.rules.doc(under)
    if not doc or doc.type['name'] != 'CR':
        return '%s, which is no change record' % under
    return None if c.status_of(under) == 'IN_EXECUTION' else '%s is %s' % (under, c.status_of(under))


def gate_assignees(c):
    add, remove, pending = c.e['assignees'], c.e.get('removed', []), c.round['pending']
    if not add and not remove and not c.e.get('owner'):
        return 'nobody named'
    odd = [c.unable(n) for n in add] + [n + ' is asked already' for n in add if n in pending]
    odd += [n + ' has answered' for n in add if n in c.answered()]
    odd += [n + ' is not asked' for n in remove if n not in pending]
    return '; '.join(filter(None, odd)) or None


def gate_owner(c):
    name = c.e.get('owner')
    actor = c.registry.get(name)
    if name is None:
        return None
    if not actor or not actor['enabled'] or actor['group'] not in c.store.rules.data['initiating']:
        return name + ' cannot own a document'
    asked = c.answered() + (c.pending_after() if is_open(c.s.status) else [])
    return name + ' is asked for a verdict, or gave it' if name in asked else None


def gate_keeps_quality(c):
    team = [n for n in joined(c.s.team, c.e['assignees']) if n not in c.e.get('removed', [])]
    return None if any(is_quality(c.registry, n) for n in team) else 'nobody of quality left'


def gate_copy(c):
    return None if c.e.get('base') == (c.s.checkout or {}).get('base') else 'a copy of another text'


def gate_item_reasoned(c):
    if given(c.e.get('reason')):
        return None
    if c.e['action'] == 'record' and c.s.item(c.e['item']).outcome:
        return 'an outcome on record, and no reason'
    return 'evidence set aside, and no reason' if c.e.get('aside') else None


def gate_carriers(c):
    """Whom a failure is handed to: children of a type for it, that were there, or were created together with this."""
    wanted = CARRIERS.get(c.s.doc.type['name'], 'VAR')
    for i in c.e.get('carried', []):
        doc = c.store.rules.doc(i)
        if not doc or doc.parent != c.s.doc.id or doc.type['name'] != wanted:
            return '%s, which is no %s of it' % (i, wanted)
        before = c.store.before(i, c.ts)
        there = before or i in c.store.timelines and c.store.timelines[i].at(c.ts)
        if not there or there.status == 'CANCELLED':
            return '%s is %s' % (i, there.status if there else 'missing')
    return None


CARRIERS = {'TP': 'ER', 'ER': 'ER'}


def gate_failure(c):
    bare = c.e.get('outcome') == 'Fail' and not c.e.get('carried')
    return 'nothing that takes the failure over' if bare else gate_carriers(c)


def gate_runs(c):
    """Of each command the last run that still speaks ended with 0."""
    if c.e.get('outcome') != 'Pass':
        return None
    item, last = c.s.item(c.e['item']), {}
    aside = item.aside | set(c.e.get('aside', []))
    for n, one in enumerate(item.evidence + c.e.get('evidence', []), 1):
        if one['kind'] == 'run' and n not in aside:
            last[tuple(one['command'])] = one['exit']
    failed = [' '.join(command) for command, code in last.items() if code != 0]
    return 'a run that failed: ' + failed[0] if failed else None


def entry_problem(c):
    """What of an entry does not go together."""
    e, changed = c.e, c.e['content'] != c.e['base']
    for action, key in (('record', 'outcome'), ('add', 'task')):
        if (e['action'] == action) != (key in e):
            return '%s with %s' % (e['action'], key if key in e else 'no ' + key)
    if e['action'] in ('start', 'evidence') and changed or e['action'] in ('record', 'add') and not changed:
        return '%s with %s text' % (e['action'], 'another' if changed else 'the same')
    known = len(c.s.item(e['item']).evidence)
    return next(('E%d, which there is not, set aside' % n for n in e.get('aside', []) if n > known), None)


def gate_dispatched(c):
    called = c.policy['identity'] != 'verified' or c.actor['kind'] != 'agent' or c.e.get('dispatch')
    return None if called else c.user + ' was not called for it'


def gate_person(c):
    if c.s.doc.type['name'] not in c.policy['humanApproval']:
        return None
    names = c.round['approvals'] + ([c.user] if c.e['event'] == 'APPROVE' else [])
    return None if any(c.registry.get(n, {}).get('kind') == 'human' for n in names) else 'approved by agents alone'


# What each gate found amiss, or None. Gates that the records do not decide are not here.
GATES = {
    'copyIsCurrent': gate_copy,
    'itemReasoned': gate_item_reasoned,
    'failureCarried': gate_failure,
    'runsSupport': gate_runs,
    'carriersExist': gate_carriers,
    'contentReady': lambda c: 'no text was checked in' if c.s.purpose == 'ordinary' and c.s.fresh else None,
    'teamAble': gate_team,
    'teamHasQuality': gate_quality,
    'approversAble': gate_approvers,
    'roundNeedsRepeat': gate_repeat,
    'roundStands': lambda c: 'no round, or a void one' if c.round['void'] else None,
    'allRecommend': lambda c: next((a['user'] + ' asked for updates' for a in c.round['reviews']
                                    if a['outcome'] != 'RECOMMEND'), None),
    'qualityReviewed': gate_reviewed,
    'textUnchanged': lambda c: None if c.s.text and c.round['content'] == c.s.text.content else 'another text',
    'notAuthor': lambda c: c.user + ' is an author' if c.policy['selfApproval'] == 'forbidden' and c.is_author(c.user)
    else None,
    'dispatched': gate_dispatched,
    'personApproves': gate_person,
    'commented': lambda c: None if given(c.e.get('comment')) else 'no comment',
    'reasoned': lambda c: None if given(c.e.get('reason')) or c.s.reason else 'no reason',
    'wasApproved': lambda c: None if c.s.live else 'a first draft',
    'neverApproved': lambda c: None if major(c.s.version) == 0 else 'version ' + c.s.version,
    'noOpenChildren': lambda c: gate_none_open(c, c.store.children.get(c.s.doc.id, [])),
    'childrenDone': gate_children,
    'linkedClosed': lambda c: gate_none_open(c, c.store.linked.get(c.s.doc.id, [])) if c.s.doc.type['name'] == 'INV'
    else None,
    'parentExecutes': lambda c: None if c.s.parent and c.status_of(c.s.parent) == 'IN_EXECUTION'
    else 'its parent is not in execution',
    'changeControl': gate_control,
    'notSoleApprover': lambda c: c.user + ' alone approved it' if c.s.approvers == [c.user] else None,
    'assigneesAble': gate_assignees,
    'onlyOwner': lambda c: None if c.e.get('owner') and not c.e['assignees'] and not c.e.get('removed')
    else 'reviewers, or no owner',
    'ownerAble': gate_owner,
    'teamKeepsQuality': gate_keeps_quality,
}


def admitted(c, row):
    if not c.actor:
        return '%s, who is not registered' % c.user
    if not c.actor['enabled']:
        return '%s, who is disabled' % c.user
    stands = {'anyone': True, 'owner': c.s.owner == c.user, 'holder': (c.s.checkout or {}).get('by') == c.user,
              'assignee': c.user in c.round['pending'],
              'named': True}  # whom an item names stands in its text, which is not read here
    groups = [g for relation, of in c.store.rules.data['roles'][row['who']].items() if stands[relation] for g in of]
    return None if c.actor['group'] in groups else '%s (%s), not %s' % (c.user, c.actor['group'], row['who'])


def hold(c, row):
    """While it is checked out only a check-in is possible, or a change of owner away from a disabled holder."""
    ending = row['action'] in ('checkin', 'discard')
    if ending or not c.s.checkout:
        return 'it is not checked out' if ending and not c.s.checkout else None
    holder = c.registry.get(c.s.checkout['by'])
    stranded = row['action'] == 'assign' and holder and not holder['enabled']
    return None if stranded else 'it is checked out by ' + c.s.checkout['by']


def version_after(c, row):
    s, kind = c.s, row['version']
    if kind == 'major':
        return '%d.0' % (major(s.version) + 1)
    if kind == 'minor' or kind == 'text' and c.changed() and not s.fresh:
        return next_minor(s.version, s.versions)
    return s.live.version if kind == 'live' and s.live else s.version


def own_keys(c, row, to, name):
    """What an event of this row says, as far as the state before tells it."""
    s, text = c.s, c.s.text.content if c.s.text else None
    part = 'PRE_' if to.startswith('IN_PRE_') else 'POST_' if to.startswith('IN_POST_') else ''
    judged = {'content': text, 'round': c.round['number']}
    if name == 'CHECKIN':
        gone = row['action'] == 'discard'
        base = (s.checkout or {}).get('base')
        return {'changed': c.changed() and not gone, **({'content': base, 'base': base} if gone else {})}
    return {
        'CHECKOUT': {'from_version': s.version if row['version'] == 'minor' else None},
        'ROUTE_REVIEW': {'review_type': part + 'REVIEW', 'round': s.rounds + 1, 'content': text},
        'ROUTE_APPROVAL': {'approval_type': part + 'APPROVAL', **judged},
        'REVIEW': judged, 'APPROVE': judged, 'REJECT': judged,
        'STATUS_CHANGE': {'from_status': s.status, 'to_status': to},
        'EFFECTIVE': {'from_version': s.version}, 'RETIRE': {'from_version': s.version},
        'CLOSE': {'outcome': 'abandoned' if s.purpose == 'abandon' else None, 'with': None},
        'FIX': {'base': text}, 'EI': {'base': text}, 'NOTE': {'base': text}, 'SUMMARY': {'base': text},
    }.get(name, {})


ABOUT_TEXT = {'ROUTE_REVIEW', 'ROUTE_APPROVAL', 'REVIEW', 'APPROVE', 'REJECT'}


def judge_row(c, row):
    """Why this row does not allow these events, or None."""
    to = (c.s.home or c.s.status) if row['to'] == 'home' else row['to']
    version = version_after(c, row)
    kinds = c.store.rules.data['events']['document']
    for e in c.events:
        wanted = {'version': c.s.version if kinds[e['event']]['version'] == 'before' else version,
                  **own_keys(c, row, to, e['event'])}
        for key, value in wanted.items():
            if e.get(key) != value:
                return '%s: %s %s, not %s' % (e['event'], key, e.get(key), value)
    if not c.s.text and any(e['event'] in ABOUT_TEXT for e in c.events):
        return 'no text to judge'
    if c.e.get('retire') and c.e.get('abandon'):
        return 'retire and abandon at once'
    odd = entry_problem(c) if c.e['event'] == 'EI' else None
    return hold(c, row) or admitted(c, row) or odd or judge_gates(c, row)


def judge_gates(c, row):
    missed = {name: GATES[name](c) for name in row['gates'] if name in GATES}
    missed = {name: found for name, found in missed.items() if found}
    for name, found in missed.items():
        if name not in c.s.waived:
            return '%s: %s' % (name, found)
    if c.e['event'] in ('ROUTE_REVIEW', 'ROUTE_APPROVAL', 'CLOSE'):
        named = c.e.get('waived', [])
        if any(name not in named for name in missed):
            return 'a waiver that is not named'
        if any(name not in c.s.waived or name not in row['gates'] for name in named):
            return 'a waiver that there is not'
    return closes_covered(c) if row['action'] == 'close' else None


def closes_covered(c):
    """Verification records in execution close with their parent, in the same transition."""
    for i, child in c.family(c.store.children.get(c.s.doc.id, [])):
        if child.machine == 'covered' and child.status == 'IN_EXECUTION':
            if c.store.timelines[i].at(c.ts).status != 'CLOSED':
                return '%s, which does not close with it' % i
    return None


def transition(store, state, events):
    """Takes one transition from the front of these events: (how many of them, problem or None)."""
    first = events[0]
    events = list(itertools.takewhile(lambda e: (e['ts'], e['user']) == (first['ts'], first['user']), events))
    names = [e['event'] for e in events]
    special = SPECIAL.get(first['event'])
    if special or first.get('with'):
        count = 2 if first.get('with') and names[1:2] == ['STATUS_CHANGE'] else 1
        return count, store.judged(special or close_with, Case(store, state, events[:count]))
    edition = str(next((e['edition'] for e in events if e['event'] == 'STATUS_CHANGE'), store.rules.data['edition']))
    tables = store.rules.data['editions'].get(edition)
    if tables is None:
        newer = int(edition) > store.rules.data['edition']
        return len(names), ('NEWER_FORMAT' if newer else 'edition %s, which there is not' % edition)
    fitting = [row for row in tables[state.doc.type['machine']]
               if row['from'] == state.status and row['emits'] == names[:len(row['emits'])]
               and (row['action'] == 'discard') == bool(first.get('discarded'))]
    for row in sorted(fitting, key=lambda row: -len(row['emits'])):
        c = Case(store, state, events[:len(row['emits'])])
        if all(CONDITIONS[name](c) for name in row['when']):
            return len(row['emits']), store.judged(judge_row, c, row)
    count = max([len(row['emits']) for row in fitting], default=1)
    return count, 'no row of %s from %s for %s by %s' % (state.doc.type['machine'], state.status,
                                                         ', '.join(names[:max(count, 2)]), first['user'])


def close_with(c):
    """A verification record closes with its parent."""
    e, parent = c.e, c.store.events.get(c.e['with'])
    c.store.before(e['with'], c.ts)
    closing = parent and any((p['event'], p['ts'], p['user']) == ('CLOSE', c.ts, c.user) for p in parent)
    wanted = {'from_status': c.s.status, 'to_status': 'CLOSED', 'version': c.s.version}
    moved = len(c.events) == 2 and all(c.events[1].get(key) == value for key, value in wanted.items())
    sound = c.s.doc.type['machine'] == 'covered' and c.s.doc.parent == e['with'] and c.s.status == 'IN_EXECUTION'
    known = moved and str(c.events[1]['edition']) in c.store.rules.data['editions']
    return None if closing and sound and known and e['version'] == c.s.version else 'no parent that closes with it'


def escalate(c):
    if not c.actor or not c.actor['enabled']:
        return '%s, who is not enabled' % c.user
    return None if given(c.e['reason']) and c.e['version'] == c.s.version else 'no reason, or another version'


def resolve(c):
    lead = c.actor and c.actor['enabled'] and c.actor['kind'] == 'human' and c.actor['group'] == 'administrator'
    if not lead:
        return '%s, who is no human administrator' % c.user
    sound = given(c.e['decision']) and any(c.s.escalations) and c.e['version'] == c.s.version
    return None if sound else 'no decision, or nothing to decide'


def born_again(c):
    return '%s after the first line' % c.e['event']


SPECIAL = {'ESCALATE': escalate, 'RESOLVE': resolve, **{name: born_again for name in BIRTHS}}


def birth(store, doc, e):
    """Why a document may not begin like this, or None."""
    registry = store.governing.registry.at(e['ts'])
    actor = registry.get(e['user'])
    if e['event'] != 'CREATE':  # shipped, or taken over: only by the one who set the store up, and then
        if store.governing.began != (e['ts'], e['user']):
            return '%s by %s after the store was set up' % (e['event'], e['user'])
        shipped = e['event'] == 'ADOPT' or e['version'] == '1.0' and e['type'] == doc.path_type
        return None if shipped else 'another version than 1.0, or another type'
    if not actor or not actor['enabled'] or actor['group'] not in store.rules.data['initiating']:
        return '%s, who may not create' % e['user']
    covered = doc.type['machine'] == 'covered'
    wanted = {'type': doc.path_type, 'parent': doc.parent, 'version': '1.0' if covered else '0.1',
              'status': 'IN_EXECUTION' if covered else 'DRAFT'}
    for key, value in wanted.items():
        if e.get(key) != value:
            return '%s %s, not %s' % (key, e.get(key), value)
    if ('kind' in e) != (doc.type['name'] == 'VAR'):
        return 'a kind, which only variances have, and each of them'
    return birth_relations(store, doc, e)


def birth_relations(store, doc, e):
    def status(doc_id):
        return store.status(doc_id, e['ts'])
    if doc.namespace and doc.namespace not in store.governing.namespaces.at(e['ts']):
        return 'namespace %s, which is not registered' % doc.namespace
    must, parent = doc.type['parentMust'], doc.parent and status(doc.parent)
    allowed = {'be closed': parent == 'CLOSED', 'be in execution': parent == 'IN_EXECUTION',
               'not be final': parent not in store.rules.final | {'missing'}}
    if parent and not allowed.get(must, parent != 'missing'):
        return '%s, which is %s and must %s' % (doc.parent, parent, must)
    source = store.rules.doc(e['source']) if 'source' in e else None
    if 'source' in e and (doc.type['numbering'] != 'numbered' or not source
                          or source.type['name'] not in doc.type['parents']):
        return 'source %s' % e['source']
    closed = source and status(e['source']) in store.rules.final | {'missing'}
    return 'source %s is final' % e['source'] if closed else None


def check_known(data):
    """Rules that the records decide and that nothing here judges would be passed over: then nothing is verified."""
    judged = [(CONDITIONS, data['conditions']), (GATES, data['gates'])]
    unknown = [name for own, theirs in judged for name, rule in theirs.items()
               if rule['decidable'] != 'no' and name not in own]
    if unknown:
        raise SystemExit('these rules are not known here: ' + ', '.join(unknown))


# --- Store -----------------------------------------------------------------------------------------------------------

MOST_BYTES = 256 << 20  # of a trail or a metadata file; texts are read in pieces
DAMAGE = {'CHAIN_BROKEN', 'TRAIL_CUT', 'NOT_JSON', 'KEY_TWICE', 'EVENT_UNKNOWN', 'CONFLICT_MARKERS',
          'ADOPTED_LINES_CHANGED', 'TOO_LARGE', 'TRAIL_MISSING', 'TEXT_CHANGED_BY_HAND', 'TEXT_MISSING',
          'ANSWERS_CHANGED_BY_HAND', 'ANSWERS_MISSING'}


Brief = namedtuple('Brief', 'status machine kind held fresh has_draft')


class Store:
    def __init__(self, root, rules):
        self.root, self.rules, self.governing = root, rules, Governing(rules)
        self.findings, self.files, self.odd = [], {}, {}
        self.events, self.timelines, self.children, self.linked = {}, {}, {}, {}
        self.expected, self.damaged, self.adopted = {}, set(), False
        self.calls = Calls(self.governing)
        self.checked = {'documents': 0, 'events': 0, 'texts': 0}

    def find(self, code, path, expected, found, line=None, document=None, severity='error'):
        self.findings.append({'code': code, 'severity': severity, 'document': document, 'path': path, 'line': line,
                              'expected': expected, 'found': found})

    def verify(self):
        self.walk(os.fsencode(self.root), b'QMS')
        sound = self.read_system()
        self.read_agents(sound)
        trails = self.read_documents()
        for doc, events in trails:
            self.fold(doc, events)
        if sound:
            for doc, events in trails:
                if doc.id not in self.damaged:
                    self.judge(doc, events)
            self.judge_unknown({doc.id for doc, _ in trails})
        self.compare_files()
        self.findings.sort(key=lambda f: (f['path'], f['line'] or 0, f['code']))

    def walk(self, root, folder):
        """Every file below QMS/ with its size; what is no regular file is named and not opened."""
        pending = [folder]
        while pending:
            path = pending.pop()
            name = os.fsdecode(path)
            mode = os.lstat(os.path.join(root, path))
            if stat.S_ISDIR(mode.st_mode):
                pending += [os.path.join(path, entry) for entry in os.listdir(os.path.join(root, path))]
            elif stat.S_ISREG(mode.st_mode):
                self.files[name] = mode.st_size
            else:
                self.odd[name] = 'a symbolic link' if stat.S_ISLNK(mode.st_mode) else 'no regular file'

    def open(self, path):
        flags = os.O_RDONLY | getattr(os, 'O_NOFOLLOW', 0) | getattr(os, 'O_BINARY', 0)
        return os.fdopen(os.open(os.path.join(self.root, path), flags), 'rb')

    def bytes(self, path):
        if self.files[path] > MOST_BYTES:
            return None
        with self.open(path) as file:
            return file.read()

    def digest(self, path):
        found = hashlib.sha256()
        with self.open(path) as file:
            for piece in iter(lambda: file.read(1 << 20), b''):
                found.update(piece)
        return found.hexdigest()

    def trail(self, path, family, document=None):
        """The sound events of a trail, up to the first damage, which is named."""
        data = self.bytes(path)
        large = ('TOO_LARGE', 1, 'at most %d bytes' % MOST_BYTES, '%d bytes' % self.files[path])
        events, damage = read_trail(self.rules, family, data) if data is not None else ([], large)
        self.checked['events'] += len(events)
        if damage:
            code, line, expected, found = damage
            self.find(code, path, expected, found, line, document)
        return events, damage

    def read_system(self):
        """False where a system record is damaged: then nobody can say who might do what."""
        sound = True
        for record in SYSTEM:
            path = 'QMS/.audit/_system/%s.jsonl' % record
            if path not in self.files:
                if record == 'registry':
                    self.find('TRAIL_MISSING', path, 'the registry', 'no file')
                    sound = False
                continue
            self.expected[path] = None
            events, damage = self.trail(path, 'system')
            sound = sound and not damage
            events, unfit = self.sound_values(path, events)
            sound = sound and not unfit
            for e, problem in self.governing.take(record, events):
                self.find('ILLEGAL_EVENT', path, 'what an enabled administrator may do', problem, e['line'])
        for policy in self.governing.policy.values:
            self.rules.declare(policy['types'])
        return sound

    def read_agents(self, sound):
        """Stores without agents have none of these records. Who might call is told by sound system records only."""
        for record in AGENT_RECORDS:
            path = 'QMS/.audit/_system/%s.jsonl' % record
            if path not in self.files:
                continue
            self.expected[path] = None
            events, damage = self.trail(path, 'system')
            self.calls.whole = self.calls.whole and not damage
            for e, problem in self.calls.take(record, events) if sound else ():
                self.find('ILLEGAL_EVENT', path, 'what the rules of sessions and calls allow', problem, e['line'])

    def judge_calls(self, doc_id, states):
        """Each call to a document against what it was then: of equal stamps the document's counts as the earlier.

        Clocks may differ: what was written last and is not later than the call is what it found.
        """
        for d in self.calls.documents.get(doc_id, []):
            state = next((state for ts, state in reversed(states) if ts <= d['ts']), None)
            problem = self.calls.unasked(d, state)
            if problem:
                wanted = 'a %s that %s asks of %s then' % (d['task'], doc_id, d['agent'])
                self.find('ILLEGAL_EVENT', 'QMS/.audit/_system/dispatches.jsonl', wanted, problem, d['line'])

    def judge_unknown(self, known):
        for doc_id in set(self.calls.documents) - known:
            self.judge_calls(doc_id, [])

    def judge_verdict(self, path, doc, e):
        agent = self.governing.registry.at(e['ts']).get(e['user'], {}).get('kind') == 'agent'
        if 'dispatch' not in e:
            if agent and self.governing.policy.at(e['ts'])['identity'] == 'verified':
                self.find('VERDICT_UNPROVEN', path, 'the dispatch by which %s was called' % e['user'],
                          '%s without' % e['event'], e['line'], doc.id)
            return
        problem = self.calls.misfit(doc.id, e)
        if problem:
            self.find('VERDICT_MISCALLED', path, 'a dispatch for this verdict', '%s: %s' % (e['dispatch'], problem),
                      e['line'], doc.id)
        elif 'packet' not in e and e['dispatch'] in self.calls.dispatches:
            self.find('VERDICT_WITHOUT_PACKET', path, 'the digest of what was given to judge by',
                      '%s without' % e['dispatch'], e['line'], doc.id)

    def sound_values(self, path, events):
        """A value of the policy has the form of its key, and a name is one: else the event is none."""
        forms = self.rules.data['policy']['values']
        for i, e in enumerate(events):
            problem = misfit(e['value'], forms.get(e['key'], {}), 'value') if e['event'] == 'POLICY_SET' else None
            if e['event'] == 'USER_ADD' and not self.rules.user_name(e['name']):
                problem = 'name is no name of a user'
            if e['event'] == 'NAMESPACE_ADD' and not self.rules.fits('namespace', e['name']):
                problem = 'name is no namespace'
            if problem:
                self.find('EVENT_UNKNOWN', path, 'an event of this format', problem, e['line'])
                return events[:i], True
        return events, False

    def read_documents(self):
        trails = []
        for path in sorted(self.files):
            match = re.fullmatch(r'QMS/\.audit/([^/]+)/([^/]+)\.jsonl', path)
            doc = match and self.rules.doc(match.group(2))
            if not doc or doc.path_type != match.group(1):
                continue
            self.expected[path] = None
            self.checked['documents'] += 1
            events, damage = self.trail(path, 'document', doc.id)
            if damage:
                self.damaged.add(doc.id)
            trails.append((doc, events))
        return trails

    def fold(self, doc, events):
        """Folds a trail for its files, and notes its states by time for those that depend on it."""
        self.events[doc.id], timeline = events, Timeline(None)
        self.timelines[doc.id] = timeline
        if doc.parent:
            self.children.setdefault(doc.parent, []).append(doc.id)
        if not events:
            return
        if events[0].get('source'):
            self.linked.setdefault(events[0]['source'], []).append(doc.id)
        if events[0]['event'] not in BIRTHS:
            return
        state = State(doc, events[0])
        timeline.add(state.changed, self.brief(state))
        for e in events[1:]:
            if e['event'] not in BIRTHS:
                state.apply(e)
                timeline.add(e['ts'], self.brief(state))
        if doc.id not in self.damaged:
            self.expect(doc, events, state)

    def before(self, doc_id, ts):
        """What a document was just before a time, or None. Raises Unjudged where nobody can tell."""
        if doc_id in self.damaged:
            raise Unjudged(doc_id)
        return self.timelines[doc_id].before(ts) if doc_id in self.timelines else None

    def status(self, doc_id, ts):
        state = self.before(doc_id, ts)
        return state.status if state else 'missing'

    @staticmethod
    def brief(s):
        return Brief(s.status, s.doc.type['machine'], s.kind, s.checkout is not None, s.fresh, s.draft is not None)

    def expect(self, doc, events, state):
        """Which files there must be, and with which digest."""
        meta = 'QMS/.meta/%s/%s.json' % (doc.path_type, doc.id)
        draft, live = 'QMS/%s/%s-draft.md' % (doc.folder, doc.id), 'QMS/%s/%s.md' % (doc.folder, doc.id)
        archive = 'QMS/.archive/%s/%s-v%%s.md' % (doc.folder, doc.id)
        self.expected[meta] = ('METADATA', doc.id, sha(state.metadata()))
        if state.record:
            self.expected[meta[:-len('.json')] + '.source.json'] = ('ANSWERS', doc.id, state.record)
        texts = [(draft, state.draft), (live, state.live)] + [(archive % t.version, t) for t in state.archive]
        for place, text in texts:
            if text:
                self.expected[text.path or place] = ('TEXT', doc.id, text.content)
        if events[0]['event'] != 'ADOPT':
            return
        self.adopted = True
        for f in events[0]['files']:
            if f['role'] == 'metadata' and f['path'] == meta:
                if len(events) == 1:
                    self.expected[meta] = ('METADATA', doc.id, f['content'])
            elif f['role'] in KEPT and (len(events) == 1 or f['path'] not in (draft, live)):
                self.expected.setdefault(f['path'], ('TEXT', doc.id, f['content']))

    def judge(self, doc, events):
        path = 'QMS/.audit/%s/%s.jsonl' % (doc.path_type, doc.id)
        if events[0]['event'] not in BIRTHS:
            self.illegal(path, doc, events[0], '%s before CREATE' % events[0]['event'])
            return
        problem = self.judged(birth, self, doc, events[0])
        if problem:
            self.illegal(path, doc, events[0], problem)
        state, at, latest = State(doc, events[0]), 1, 0
        states = [(state.changed, asked(state))]
        while at < len(events):
            count, problem = transition(self, state, events[at:at + 3])
            if problem:
                self.illegal(path, doc, events[at], problem)
            if events[at]['event'] in TASKS:
                self.judge_verdict(path, doc, events[at])
            for e in events[at:at + count]:
                if e['event'] not in BIRTHS:
                    state.apply(e)
                edition = e.get('edition', RECORDINGS_SINCE if e['event'] in RECORDINGS else 0)
                if 0 < edition < latest:
                    said = 'edition %d, as before' % latest, 'edition %d' % edition
                    self.find('EARLIER_RULES', path, *said, e['line'], doc.id, 'warning')
                latest = max(latest, edition)
            states.append((state.changed, asked(state)))
            at += count
        self.judge_calls(doc.id, states)

    @staticmethod
    def judged(work, *asked):
        try:
            return work(*asked)
        except Unjudged:
            return None

    def illegal(self, path, doc, e, problem):
        if problem == 'NEWER_FORMAT':
            edition = 'edition %d of the rules, or an earlier one' % self.rules.data['edition']
            self.find(problem, path, edition, 'a later one', e['line'], doc.id, 'warning')
            return
        self.find('ILLEGAL_EVENT', path, 'a transition that the rules allow', problem, e['line'], doc.id)

    def compare_files(self):
        for path, wanted in sorted(self.expected.items()):
            if wanted:
                self.compare(path, *wanted)
        for path in sorted(set(self.files) - set(self.expected)):
            owner = self.owner(path)
            if owner in self.damaged:  # its trail is damaged: nobody knows which files it has
                continue
            severity = 'warning' if self.adopted else 'error'
            brought = ', unless it was brought along when the store was adopted' if self.adopted else ''
            self.find('UNKNOWN_FILE', path, 'no file' + brought, 'a file', None, owner, severity)
        for path, kind in sorted(self.odd.items()):
            self.find('NOT_A_FILE', path, 'regular files only', kind)
        self.compare_configuration()

    def compare_configuration(self):
        """Where the folder has the file, and an event names its digest."""
        path, wanted = 'qms.config.json', self.governing.configuration
        if wanted and os.path.isfile(os.path.join(self.root, path)) and self.digest(path) != wanted:
            self.find('CONFIGURATION_DIFFERS', path, wanted, 'other bytes')

    def compare(self, path, kind, document, digest):
        if path in self.odd:  # named as that
            return
        found = self.digest(path) if path in self.files else None
        self.checked['texts'] += kind == 'TEXT'
        if found == digest:
            return
        codes = {'TEXT': ('TEXT_MISSING', 'TEXT_CHANGED_BY_HAND'), 'METADATA': ('METADATA_MISSING', 'METADATA_DIFFERS'),
                 'ANSWERS': ('ANSWERS_MISSING', 'ANSWERS_CHANGED_BY_HAND')}
        self.find(codes[kind][found is not None], path, digest, found or 'no file', None, document)

    def owner(self, path):
        """The document that a file would belong to by its place, or None."""
        name = re.sub(r'(-v\d+\.\d+|-draft|\.source)?\.(md|jsonl?)$', '', path.rsplit('/', 1)[-1])
        doc = self.rules.doc(name)
        return doc.id if doc else None


KEPT = {'stray', 'sidecar', 'trail', 'metadata'}  # what an adopted document brought along beside its texts


def printable(text):
    """Nothing that a terminal would obey, on one line."""
    def shown(c):
        return c if c.isprintable() else '\\u%04x' % ord(c) if ord(c) < 0x10000 else '\\U%08x' % ord(c)
    return ''.join(map(shown, str(text)))[:400]


def rules_beside():
    """rules.json beside this file, as in a package of records; else where the project keeps it."""
    here = os.path.dirname(os.path.abspath(__file__))
    beside = os.path.join(here, 'rules.json')
    return beside if os.path.isfile(beside) else os.path.normpath(os.path.join(here, '..', 'schemas', 'rules.json'))


def main():
    options = argparse.ArgumentParser(
        description='Verifies a document store without the program that wrote it.',
        epilog='Texts are told by their digests and not read: whether sealed text is unchanged since its approval, and'
               ' whether a recording wrote only where it may, is not judged here.')
    options.add_argument('folder', help='the folder that holds QMS/')
    options.add_argument('--json', action='store_true', help='one JSON object instead of lines')
    options.add_argument('--rules', default=rules_beside(), help='the table of rules (default: %(default)s)')
    asked = options.parse_args()
    if not os.path.isdir(os.path.join(asked.folder, 'QMS')):
        options.error('there is no folder QMS in %s' % asked.folder)
    with open(asked.rules, encoding='utf-8') as file:
        data = json.load(file)
    check_known(data)
    store = Store(asked.folder, Rules(data))
    store.verify()
    errors = [f for f in store.findings if f['severity'] == 'error']
    damaged = any(f['code'] in DAMAGE for f in errors)
    newer = any(f['code'] == 'NEWER_FORMAT' for f in store.findings)
    verdict = 'damaged' if damaged else 'findings' if errors else 'incomplete' if newer else 'clean'
    if asked.json:
        print(json.dumps({'verdict': verdict, 'checked': store.checked, 'findings': store.findings}, indent=2))
    else:
        for f in store.findings:
            place = '%s:%d' % (f['path'], f['line']) if f['line'] else f['path']
            mark = '' if f['severity'] == 'error' else ' (%s)' % f['severity']
            print('%s%s %s expected %s, found %s' % (f['code'], mark, printable(place), printable(f['expected']),
                                                     printable(f['found'])))
        print('%s: %d documents, %d events, %d texts' % ((verdict,) + tuple(store.checked.values())))
    return {'damaged': 7, 'findings': 6, 'incomplete': 9, 'clean': 0}[verdict]


if __name__ == '__main__':
    sys.exit(main())
