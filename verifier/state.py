"""The state of a document: the fold of its events, and the metadata that it gives."""
import re
from collections import namedtuple

from javascript import dump

Text = namedtuple('Text', 'version content path')  # path: where an adopted text stands, else None


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
        self.purpose, self.home, self.reason = 'ordinary', None, None
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
        self.title = e.get('title', self.title)

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
