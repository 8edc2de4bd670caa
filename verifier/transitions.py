"""One transition: its row of the tables, its role, its conditions and its gates, as far as the records tell."""
import itertools

from governing import is_quality
from state import BIRTHS, is_open, is_reviewing, joined, major, next_minor


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

    def changed(self):
        return self.e.get('content') != (self.s.checkout or {}).get('base')

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


# What each gate found amiss, or None. Gates that the records do not decide are not here.
GATES = {
    'copyIsCurrent': gate_copy,
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
              'assignee': c.user in c.round['pending']}
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
        'FIX': {'base': text},
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
    return hold(c, row) or admitted(c, row) or judge_gates(c, row)


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
