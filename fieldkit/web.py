"""Pages, forms, the same-origin check and the security headers. The only file that knows htmx."""

import contextlib
from http.cookies import CookieError, SimpleCookie
from io import BytesIO
from typing import Any
from urllib.parse import urlencode, urlsplit

import qrcode
import qrcode.image.svg
from flask import Flask, Request, Response, abort, current_app, g, render_template, request, url_for
from flask import redirect as flask_redirect
from markupsafe import Markup
from waitress.parser import HTTPRequestParser
from werkzeug.exceptions import HTTPException

from . import certificate, doors, i18n, kept, tickets
from .answers import STATUSES
from .db import StorageFull
from .forms import Form
from .house import House
from .i18n import gettext as _
from .room import Nav

HTMX_CONFIG = (
    '{"allowEval":false,"allowScriptTags":false,"includeIndicatorStyles":false,"selfRequestsOnly":true,'
    '"historyCacheSize":0,"allowNestedOobSwaps":false,"responseHandling":['
    '{"code":"204","swap":false},{"code":"[23]..","swap":true},{"code":"(409|422)","swap":true},'
    '{"code":"[45]..","swap":false,"error":true}]}'
)

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    # Not "no-referrer": a form would then be posted with "Origin: null", and the check below could not tell it from a stranger's.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
}

FRAMED = HEADERS["Content-Security-Policy"].replace("frame-ancestors 'none'", "frame-ancestors 'self'")
"""The policy of visitors' pages: the kiosk shows them in a frame. No page of the team may be in one."""

BODY_LIMIT = 64 * 1024  # bytes; the longest form is 2,000 characters, 8 KB in the widest script
VISITOR_LIMIT = 1024 * 1024  # bytes; up to here a visitor gets a page that says what is too large
UPLOAD_LIMIT = 13 * 1024 * 1024  # bytes; a photo and some more
UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}


class FormsInMemory(Request):
    """A photo as it comes from a phone says where it was taken: it is never written to the disk, not even for a moment."""

    def _get_file_stream(self, *_: Any, **__: Any) -> BytesIO:
        return BytesIO()


def largest(home: House, request: HTTPRequestParser) -> int:
    """How many bytes a request may bring, asked before its body is read: only whoever is signed in may add a photo."""
    cookies: SimpleCookie = SimpleCookie()
    with contextlib.suppress(CookieError):
        cookies.load(request.headers.get("COOKIE", ""))
    tokens = [cookies[name].value for locked in (True, False) if (name := doors.cookie_name(doors.COOKIE, locked)) in cookies]
    return UPLOAD_LIMIT if any(home.sessions.person(token) for token in tokens) else VISITOR_LIMIT


def house() -> House:
    """The house this request came to."""
    return current_app.extensions["house"]


def read() -> Any:
    """The read-only connection for the present request."""
    return house().db.read()


def write(verb: Any, *args: Any) -> Any:
    """Run a store's verb on the one writer; returns when it is durable. Raises what the verb raises, or StorageFull."""
    return house().db.write(verb, *args)


def page(full: str, partial: str = "", keep: bool = False, status: int = 200, **values: Any) -> Response:
    """Render a page, or only its partial when htmx asks for it. `keep` says that it is the same for everybody."""
    if keep and status == 200:
        request.environ[kept.KEEP] = True
    response = Response(render_template(partial if partial and part_wanted() else full, **values), status)
    response.headers["Vary"] = "HX-Request, Accept-Language"
    return response


def ready_part(html: str, gzipped: bytes) -> Response:
    """A part of a page that is the same for many and was compressed once for all of them."""
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        response = Response(gzipped, headers={"Content-Encoding": "gzip"}, mimetype="text/html")
    else:
        response = Response(html)
    response.headers["Vary"] = "Accept-Encoding, Accept-Language, HX-Request"
    return response


def part_wanted() -> bool:
    """Whether htmx asks, for a part of a page."""
    return "HX-Request" in request.headers and "HX-Boosted" not in request.headers


def see(endpoint: str, **values: Any) -> Any:
    """Send the browser to another page after a form, so that a reload does not send the form again."""
    return flask_redirect(url_for(endpoint, **values), 303)


def everywhere(name: str) -> Any:
    """Something every page may show, by its name on a door plate, such as the open `stop`."""
    if "everywhere" not in g:
        g.everywhere = {}
        for room in house().rooms:
            if room.everywhere:
                g.everywhere |= room.everywhere(read())
    return g.everywhere.get(name)


def person() -> doors.Person | None:
    """Who is signed in."""
    if "person" not in g:
        g.person = house().sessions.person(request.cookies.get(cookie()))
    return g.person


def cookie() -> str:
    """What the cookie of a session is called, on the way the present request came."""
    return doors.cookie_name(current_app.config["COOKIE"], request.is_secure)


def may(audience: str) -> bool:
    """Whether who is signed in may enter where it is open to this audience; pages hide the rest."""
    someone = person()
    return someone is not None and doors.may(someone.role, audience)


def menu() -> list[tuple[Nav, str]]:
    """The entries of the visitors' menu that there are just now, in their order, each with the page it leads to."""
    found = [
        (room.nav, room.nav.endpoint or f"{room.name}.index")
        for room in house().rooms
        if room.nav and (room.nav.when is None or room.nav.when(read()))
    ]
    return sorted(found, key=lambda entry: entry[0].order)


def way() -> str:
    """How the present request came to the kit, `doors.LOCK` and so on."""
    return doors.way(request.environ, house().config.hotspot)


def may_ask_for_contact() -> bool:
    """Whether a contact would come here unread: with a lock, or typed in at the device itself; or the kit's config allows any way."""
    return way() in (doors.LOCK, doors.DEVICE) or house().config.contact_over_plain_wifi


def with_lock() -> str:
    """The address of the present page with a lock, where the kit has a certificate and we are not there yet; else empty.

    Nobody needs it at the device itself; but a kept page is the same there as for everybody who came without a lock.
    """
    config = house().config
    needless = request.is_secure or (way() == doors.DEVICE and kept.KEEP not in request.environ)
    address = "" if needless else certificate.address(config.home, config.tls_name)
    return address and address + request.full_path.rstrip("?")


def ticket_of(form: Form) -> tickets.Ticket | None:
    """The ticket a visitor's form brought back; without a readable one the form has an error that asks to send again."""
    try:
        return house().office.read(form.posted.get("ticket", ""))
    except tickets.Unreadable:
        form.refuse("ticket", _("Das Formular war nicht mehr gültig. Dein Text ist noch da: Bitte sende ihn noch einmal."))
        return None


def qr(text: str) -> Markup:
    """A QR code as inline SVG that takes the colour of the text around it."""
    code = qrcode.QRCode(border=2, image_factory=qrcode.image.svg.SvgPathImage, error_correction=qrcode.ERROR_CORRECT_M)
    code.add_data(text)
    code.make()
    modules = code.get_matrix()
    size = len(modules)
    path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(modules) for x, dark in enumerate(row) if dark)
    return Markup(  # noqa: S704 - nothing but digits and letters of ours
        f'<svg class="qr" viewBox="0 0 {size} {size}" role="img" aria-label="QR-Code" shape-rendering="crispEdges">'
        f'<path class="qr-paper" d="M0 0h{size}v{size}h-{size}z"/><path class="qr-ink" d="{path}"/></svg>'
    )


def furnish(app: Flask) -> None:
    """Give an application what all pages need: language, checks before, headers after, errors as pages."""
    app.config.setdefault("COOKIE", doors.COOKIE)
    app.config.setdefault("LAYOUT", "base.html")
    app.config.setdefault("STAFF_IN_THE_CLEAR", True)  # whoever runs a hub has it behind TLS
    app.before_request(_choose_language)
    app.before_request(_same_origin)
    app.before_request(_closed_by_default)
    app.after_request(_headers)
    app.url_defaults(_keep_language)
    app.context_processor(_globals)
    app.register_error_handler(HTTPException, _error_page)
    app.register_error_handler(StorageFull, _storage_full)
    app.register_error_handler(500, _error_page)
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(i18n.gettext, _plural, newstyle=True)  # type: ignore[attr-defined]
    app.jinja_env.filters |= {"date": i18n.format_date, "time": i18n.format_time}
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


def _plural(one: str, many: str, n: int) -> str:
    return i18n._catalogue(i18n.current()).ngettext(one, many, n)


def _choose_language() -> None:
    g.chosen = request.args.get("lang") if request.args.get("lang") in i18n.offered() else None
    i18n.speak(i18n.negotiate(g.chosen, request.headers.get("Accept-Language", "")))


def _keep_language(endpoint: str, values: dict[str, Any]) -> None:
    """The chosen language lives in the URL, so that it survives without cookies."""
    if g.get("chosen"):
        values.setdefault("lang", g.chosen)


def _same_origin() -> None:
    """Refuse a form sent from another site. Needs no cookie: whichever of the three headers is there must be ours."""
    if request.method not in UNSAFE:
        return
    site, origin, referer = (request.headers.get(h) for h in ("Sec-Fetch-Site", "Origin", "Referer"))
    if site is not None and site not in ("same-origin", "none"):
        abort(403)
    if origin is not None and origin.rstrip("/") != request.host_url.rstrip("/"):
        abort(403)
    if site is None and origin is None and referer is not None and urlsplit(referer).netloc != request.host:
        abort(403)


def _closed_by_default() -> Any:
    if request.endpoint is None:
        return None  # becomes a 404 or 405
    audience = getattr(current_app.view_functions[request.endpoint], "audience", None)
    if audience == doors.VISITOR:
        return None
    if audience and not current_app.config["STAFF_IN_THE_CLEAR"] and way() == doors.AIR:
        ways = {"locked": with_lock(), "by_cable": doors.BY_CABLE.ip, "port": request.environ.get("SERVER_PORT")}
        return page("in_the_clear.html", status=403, **ways)
    if audience == doors.SIGN_IN or (audience and may(audience)):
        return None
    g.beyond_role = person() is not None
    if g.beyond_role or audience is None or request.method in UNSAFE:
        abort(403)
    return see(current_app.config["SIGN_IN"], then=request.full_path.rstrip("?"))


def _headers(response: Response) -> Response:
    view = current_app.view_functions.get(request.endpoint or "")
    if view is None or getattr(view, "audience", None) == doors.VISITOR:
        response.headers.setdefault("Content-Security-Policy", FRAMED)
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if response.mimetype == "text/html":
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers["Content-Language"] = i18n.tag()
    return response


def _globals() -> dict[str, Any]:
    return {
        "asset": house().assets.url,
        "everywhere": everywhere,
        "demo": house().demo,
        "direction": i18n.direction,
        "ENDONYMS": i18n.ENDONYMS,
        "HTMX_CONFIG": HTMX_CONFIG,
        "language": i18n.current(),
        "languages": i18n.offered(),
        "language_tag": i18n.tag,
        "may": may,
        "menu": menu,
        "person": person,
        "rooms": house().rooms,
        "qr": qr,
        "same_page_in": _same_page_in,
        "with_lock": with_lock,
        "ticket": lambda: house().office.issue(),
        "STATUSES": STATUSES,
    }


def _same_page_in(language: str) -> str:
    """This page in another language."""
    if request.method != "GET" or request.endpoint is None:
        return url_for(current_app.config["HOME"], lang=language)
    # Put behind, not handed over: a parameter may be called like a part of the address, or like one of url_for's own.
    query = urlencode({name: value for name, value in request.args.items() if name != "lang"})
    return url_for(request.endpoint, **(request.view_args or {}), lang=language) + (query and f"&{query}")


def _error_page(error: Exception) -> Any:
    code = error.code if isinstance(error, HTTPException) and error.code else 500
    if isinstance(error, HTTPException) and error.response is not None:
        return error.response
    title, sentence = {
        400: (_("Das war nicht zu verstehen"), _("Die Anfrage war unvollständig. Bitte geh zurück und versuch es noch einmal.")),
        403: (_("Diese Tür ist zu"), _("Hier kommt nur das Team hinein. Wenn du dazugehörst, melde dich bitte an.")),
        404: (_("Diese Seite gibt es hier nicht"), _("Vielleicht hilft die Startseite weiter.")),
        405: (_("Das geht hier nicht"), _("Bitte benutze die Knöpfe auf der Seite.")),
        413: (_("Das ist zu groß"), _("Bitte schick weniger auf einmal: höchstens 2.000 Zeichen Text.")),
        415: (_("Das war nicht zu verstehen"), _("Bitte benutze das Formular auf der Seite.")),
        429: (_("Einen Moment bitte"), _("Das waren viele Versuche. Bitte warte eine Minute und versuch es dann noch einmal.")),
    }.get(
        code,
        (_("Da ist bei uns etwas schiefgegangen"), _("Es ist nichts verloren. Bitte versuch es noch einmal oder sprich uns an.")),
    )
    if g.get("beyond_role"):
        sentence = _("Deine Rolle reicht dafür nicht. Wer das Team verwaltet, kann das ändern.")
    return page("error.html", status=code, title=title, sentence=sentence)


def _storage_full(error: StorageFull) -> Response:
    """The form comes back as a page to copy from: nothing a person typed may be lost because our disk is full."""
    typed = [value for key, value in request.form.items() if key in ("title", "body", "text") and value.strip()]
    return page(
        "error.html",
        status=507,
        title=_("Gerade können wir nichts speichern"),
        sentence=_(
            "Der Speicher dieses Geräts ist voll. Lesen geht weiter. Bitte sag dem Team Bescheid und sende dann noch einmal."
        ),
        typed=typed,
    )
