"""Whoever writes a card is told what to put right: file, line and fix."""

import random
import time
from itertools import pairwise
from pathlib import Path

import pytest

from fieldkit import config
from fieldkit.methods import cards


def only_problem(folder: Path) -> cards.Problem:
    problems = cards.check(folder)
    assert len(problems) == 1, "\n".join(map(str, problems))
    return problems[0]


def test_every_card_that_ships_is_sound():
    assert [str(problem) for problem in cards.check(config.folder("data") / "methods")] == []
    assert len(cards.read(config.folder("data") / "methods")[0]) >= 24


def test_the_example_cards_are_sound(folder):
    assert cards.check(folder) == []


@pytest.mark.parametrize(
    ("old", "new", "fix"),
    [
        ("id: punktabfrage", "id: punkte", "id: punktabfrage"),
        ("richtung: schliessen", "richtung: zu", "oeffnen, schliessen, beides"),
        ("ziele: [priorisieren]", "ziele: [priorisiren]", "Meintest du „priorisieren“?"),
        ("ziele: [priorisieren]", "ziele: []", "mindestens|braucht"),
        ("ziele: [priorisieren]", "ziele: [{a: b}]", "unbekannt"),
        ("phasen: [EN, ER]", "phasen: [EN, XX]", "XX"),
        ("phasen: [EN, ER]", "phasen: EN", "muss eine Liste sein"),
        ("dauer_min: [10, 15]", "dauer_min: [15, 10]", "tauschen: dauer_min: [10, 15]"),
        ("dauer_min: [10, 15]", "dauer_min: 15", "zwei ganze Zahlen"),
        ("gruppe: [3, 200]", "gruppe: [3, viele]", "zwei ganze Zahlen"),
        ("personal: 1", "personal: 9", "von 1 bis 3"),
        ("personal: 1", "personal: true", "von 1 bis 3"),
        ("ort: [drinnen, draussen, laufkundschaft]", "ort: [draußen]", "Meintest du „draussen“?"),
        ("niveau: 1", "niveau: leicht", "von 1 bis 3"),
        ("klebepunkte, stifte", "klebpunkte, stifte", "Meintest du „klebepunkte“?"),
        ("rollen: [moderation", "rollen: [chefin", "chefin"),
        ("brett: {typ: dotvote}", "brett: {typ: dotvot}", "Meintest du „dotvote“?"),
        ("ergebnis: rangliste", "ergebnis: ranglist", "Meintest du „rangliste“?"),
        ("danach: [check-in]", "danach: [checkin]", "Meintest du „check-in“?"),
        ("danach: [check-in]", "danach: [punktabfrage]", "andere Karte"),
        ("ohne_handy: true", 'ohne_handy: "ja"', "true oder false"),
        ("  sehen:", "  sehn:", "Meintest du „sehen“?"),
        ("https://methods.18f.gov/", "methods.18f.gov", "https://"),
        ("stand: entwurf", "stand: toll", "entwurf oder geprueft"),
        ("min: 3\n", "min: 0\n", "von 1 bis 480"),
    ],
)
def test_a_wrong_value_is_named_with_its_line_and_what_to_write(folder, change, old, new, fix):
    line = change(old, new)
    problem = next(p for p in cards.check(folder) if any(part in p.fix for part in fix.split("|")))
    assert problem.file.endswith("punktabfrage.md")
    assert problem.line == line


def test_a_short_text_that_is_too_long_says_by_how_much(folder, change):
    line = change("In Minuten wird sichtbar, was der Gruppe wichtig ist.", "x" * 141)
    problem = only_problem(folder)
    assert problem.line == line
    assert "140 Zeichen" in problem.fix
    assert "um " in problem.fix


def test_steps_that_take_longer_than_promised_are_reported(folder, change):
    change("min: 4\n", "min: 40\n")
    assert "49 Minuten, dauer_min sagt 10 bis 15" in only_problem(folder).fix


@pytest.mark.parametrize(
    "key",
    [
        "titel",
        "kurz",
        "ziele",
        "dauer_min",
        "gruppe",
        "ort",
        "schritte",
        "danach",
        "barrieren",
        "datenschutz",
        "quellen",
        "geprueft",
    ],
)
def test_a_missing_entry_is_shown_as_it_should_be_written(folder, change, key):
    change(f"\n{key}:", f"\nx{key}:")
    fixes = [p.fix for p in cards.check(folder)]
    assert any(f"Hier fehlt „{key}“" in fix and f"{key}: " in fix for fix in fixes)
    assert any(f"„x{key}“ ist unbekannt. Meintest du „{key}“?" in fix for fix in fixes)


def test_a_missing_translation_is_named(folder, change):
    line = change('{de: "Punktabfrage", en: "Dot voting", leicht: "Punkte kleben"}', "{de: Punktabfrage, leicht: Punkte}")
    assert only_problem(folder) == cards.Problem(
        str(folder / "punktabfrage.md"), line, "Bei „titel“ fehlt der Text „en“. Bitte ergänzen."
    )


def test_an_entry_that_stands_twice_is_named(folder, change):
    change("niveau: 1\n", "niveau: 1\nniveau: 2\n")
    assert "steht zweimal" in only_problem(folder).fix


def test_a_missing_section_of_the_text_is_named(folder, change):
    change("## Gut zu wissen", "## Gut zu wisen")
    assert "fehlt der Abschnitt „## Gut zu wissen“" in only_problem(folder).fix


def test_broken_yaml_names_the_line_that_broke(folder, change):
    line = change("ziele: [priorisieren]", "ziele: [priorisieren")
    problem = only_problem(folder)
    assert line <= problem.line <= line + 1
    assert "kein gültiges YAML" in problem.fix


@pytest.mark.parametrize(
    ("content", "fix"),
    [
        (b"", "mit einer Zeile"),
        (b"# Nur Text\n", "mit einer Zeile"),
        (b"---\nid: punktabfrage\n", "muss noch eine stehen"),
        (b"---\n---\n", "fehlen die Angaben"),
        (b"---\n- a\n- b\n---\n", "fehlen die Angaben"),
        (b"---\nid: a\x00b\n---\n", "kein g\u00fcltiges YAML".encode().decode()),
        (b"---\ngeprueft: {am: 2026-13-45}\n---\n", "2026-11-22"),
        (b"---\nid: a\ntitel: \xff\n---\n", "UTF-8"),
    ],
)
def test_a_file_that_is_no_card_is_explained(folder, content, fix):
    (folder / "punktabfrage.md").write_bytes(content)
    assert fix in only_problem(folder).fix


BOMB = (
    "a: &a [x, x]\n" + "".join(f"{new}: &{new} [*{old}, *{old}]\n" for old, new in pairwise("abcdefghijklmnop")) + "titel: *p\n"
)


@pytest.mark.parametrize(
    ("front", "line", "fix"),
    [
        (BOMB, 2, "ausschreiben"),
        ("id: a\nkurz: *a\n", 3, "ausschreiben"),
        ("id: a\ntitel: " + "[" * 19_000, 3, "geschachtelt"),
        ("id: a\ntitel: " + "{a: [" * 6_000, 3, "geschachtelt"),
        ("id:\n" + "".join(" " * depth + "-\n" for depth in range(200)), 10, "geschachtelt"),
        ("id: !!bool a\n", 2, "Ausrufezeichen"),
        ("id: a\nkurz: !!timestamp gestern\n", 3, "Ausrufezeichen"),
        (f"id: {':'.join(['1'] * 300)}.5\n", 2, "unmöglich"),
        ("id: a\n" + "# Noch ein Satz.\n" * 3000, 1, "zu lang"),
    ],
)  # fmt: skip
def test_what_would_grow_without_end_is_refused_before_it_does(folder: Path, front: str, line: int, fix: str) -> None:
    (folder / "punktabfrage.md").write_text(f"---\n{front}\n---\n")
    began = time.process_time()
    problem = only_problem(folder)
    assert time.process_time() - began < 1
    assert (problem.line, fix in problem.fix) == (line, True)


def test_a_file_in_another_encoding_is_reported_with_its_line(folder):
    (folder / "punktabfrage.md").write_bytes(b"---\nid: a\ntitel: M\xfcll\n---\n")
    assert only_problem(folder).line == 3


def test_an_unreadable_file_is_reported(folder):
    (folder / "punktabfrage.md").unlink()
    (folder / "punktabfrage.md").mkdir()
    assert "lässt sich nicht lesen" in only_problem(folder).fix


def test_an_empty_folder_is_a_problem(tmp_path):
    assert "Stimmt der Ordner?" in only_problem(tmp_path).fix


def test_a_problem_reads_as_editors_expect_it(folder, change):
    line = change("niveau: 1", "niveau: 7")
    assert str(only_problem(folder)).startswith(f"{folder / 'punktabfrage.md'}:{line}: ")


def test_a_broken_card_is_left_out_and_the_others_stay(folder, change):
    change("niveau: 1", "niveau: 7")
    assert [card.id for card in cards.read(folder)[0]] == ["check-in", "testkarte"]


def test_no_damage_to_a_card_stops_the_reader(folder):
    path, dice = folder / "punktabfrage.md", random.Random(635)
    sound = path.read_text()
    noise = ['"', "{", "[", "\t", ": ", "\0", "- ", "*a", "&a ", "null", "5", "---\n", "? ", "!!set ", "!!binary "]
    for _round in range(50):
        at = dice.randrange(6500)
        damaged = sound[:at] + dice.choice(noise) + sound[at + dice.choice([0, 1, 5, 60, 400]) :]
        path.write_text(damaged)
        problems = cards.check(folder)
        assert all(1 <= p.line <= damaged.count("\n") + 1 and p.fix for p in problems)
