"""Who may do what, at a time: the system records, folded and judged."""
import bisect


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
