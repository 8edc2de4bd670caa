"""Trails: the chain rule, and where the chain of an adopted document begins. A damage is named with its line."""
import hashlib
import re

from javascript import NotJson, misfit, parse

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
