#!/usr/bin/env python3
"""Verifies a document store without the program that wrote it.

Written from docs/store-format.md and schemas/rules.json alone; needs Python 3.9 and nothing else. It reads the folder
QMS/ below the folder that it is given, writes nothing, follows no link and executes nothing.

    python3 verify.py [--json] [--rules FILE] FOLDER

One line a finding: CODE path:line expected ... found ...
Exit code: 0 clean, 6 findings, 7 a trail or a text is damaged, 9 newer than these rules, 2 it could not be asked.
"""
import argparse
import hashlib
import json
import os
import re
import stat
import sys
from collections import namedtuple

sys.dont_write_bytecode = True  # nothing is written, not even beside this file

from governing import SYSTEM, Governing, Timeline
from javascript import misfit
from rules import Rules
from state import BIRTHS, State
from trails import read_trail, sha
from transitions import Unjudged, birth, check_known, transition

MOST_BYTES = 256 << 20  # of a trail or a metadata file; texts are read in pieces
DAMAGE = {'CHAIN_BROKEN', 'TRAIL_CUT', 'NOT_JSON', 'KEY_TWICE', 'EVENT_UNKNOWN', 'CONFLICT_MARKERS',
          'ADOPTED_LINES_CHANGED', 'TOO_LARGE', 'TRAIL_MISSING', 'TEXT_CHANGED_BY_HAND', 'TEXT_MISSING'}


Brief = namedtuple('Brief', 'status machine kind held fresh has_draft')


class Store:
    def __init__(self, root, rules):
        self.root, self.rules, self.governing = root, rules, Governing(rules)
        self.findings, self.files, self.odd = [], {}, {}
        self.events, self.timelines, self.children, self.linked = {}, {}, {}, {}
        self.expected, self.damaged, self.adopted = {}, set(), False
        self.checked = {'documents': 0, 'events': 0, 'texts': 0}

    def find(self, code, path, expected, found, line=None, document=None, severity='error'):
        self.findings.append({'code': code, 'severity': severity, 'document': document, 'path': path, 'line': line,
                              'expected': expected, 'found': found})

    def verify(self):
        self.walk(os.fsencode(self.root), b'QMS')
        sound = self.read_system()
        trails = self.read_documents()
        for doc, events in trails:
            self.fold(doc, events)
        if sound:
            for doc, events in trails:
                if doc.id not in self.damaged:
                    self.judge(doc, events)
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
        state, at = State(doc, events[0]), 1
        while at < len(events):
            count, problem = transition(self, state, events[at:at + 3])
            if problem:
                self.illegal(path, doc, events[at], problem)
            for e in events[at:at + count]:
                if e['event'] not in BIRTHS:
                    state.apply(e)
            at += count

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
        codes = {'TEXT': ('TEXT_MISSING', 'TEXT_CHANGED_BY_HAND'), 'METADATA': ('METADATA_MISSING', 'METADATA_DIFFERS')}
        self.find(codes[kind][found is not None], path, digest, found or 'no file', None, document)

    def owner(self, path):
        """The document that a file would belong to by its place, or None."""
        name = re.sub(r'(-v\d+\.\d+|-draft)?\.(md|jsonl?)$', '', path.rsplit('/', 1)[-1])
        doc = self.rules.doc(name)
        return doc.id if doc else None


KEPT = {'stray', 'sidecar', 'trail', 'metadata'}  # what an adopted document brought along beside its texts


def printable(text):
    """Nothing that a terminal would obey, on one line."""
    def shown(c):
        return c if c.isprintable() else '\\u%04x' % ord(c) if ord(c) < 0x10000 else '\\U%08x' % ord(c)
    return ''.join(map(shown, str(text)))[:400]


def main():
    options = argparse.ArgumentParser(description='Verifies a document store without the program that wrote it.')
    options.add_argument('folder', help='the folder that holds QMS/')
    options.add_argument('--json', action='store_true', help='one JSON object instead of lines')
    beside = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'schemas', 'rules.json')
    options.add_argument('--rules', default=beside, help='the table of rules (default: %(default)s)')
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
