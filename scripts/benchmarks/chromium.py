"""What a first visit costs, as Chromium counts it: bytes on the wire and requests, with an empty cache."""

from playwright.sync_api import sync_playwright

from .kits import Kit

PAGES = ("/", "/ideas", "/ideas/new", "/methods", "/receipts", "/stops", "/ideas/wall", "/about")


def first_visits(kit: Kit) -> None:
    """Print bytes and requests of each page."""
    print("\nfirst visit, Chromium, empty cache: bytes / requests")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])
        for path in PAGES:
            context = browser.new_context()
            page = context.new_page()
            session = context.new_cdp_session(page)
            seen: dict[str, float] = {}
            session.on(
                "Network.loadingFinished", lambda event, seen=seen: seen.update({event["requestId"]: event["encodedDataLength"]})
            )
            session.on("Network.requestServedFromCache", lambda event, seen=seen: seen.update({event["requestId"]: 0}))
            session.send("Network.enable")
            page.goto(kit.url + path, wait_until="networkidle" if path != "/ideas/wall" else "load")
            sizes = [size for size in seen.values() if size]
            print(f"  {path:14}{sum(sizes):>9,.0f} / {len(sizes)}")
            context.close()
        browser.close()
