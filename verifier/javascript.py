"""JSON as JavaScript reads and writes it, and the part of JSON Schema that rules.json uses."""
import decimal
import json
import re

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
    if 'anyOf' in form:
        return None if any(misfit(value, one) is None for one in form['anyOf']) else at + ' has none of its forms'
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
    if kind == 'integer' and not form.get('minimum', value) <= value <= form.get('maximum', value):
        return at + ' is out of range'
    if kind == 'integer' and value <= form.get('exclusiveMinimum', value - 1):
        return at + ' is out of range'
    if kind == 'array' and len(value) < form.get('minItems', 0):
        return at + ' is empty'
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
}


def misfit_object(value, form, at):
    known = form.get('properties', {})
    for key in form.get('required', []):
        if key not in value:
            return '%s lacks %s' % (at, key)
    for key, item in value.items():
        other = form.get('additionalProperties', {})
        if key not in known and other is False:
            return '%s has %s' % (at, key)
        problem = misfit(item, known.get(key, other), key)
        if problem:
            return problem
    return None
