"""What other rooms read of content, in a fixed number of queries."""

import pytest
from django.http import Http404

from conditions import queries, services
from conditions.models import Phase, Plan
from tests import factories
from tests.conditions.small_library import both, small, write
from tests.factories import NOW

OFFERED, WHOLE, PARTS = 2, 18, 11


def windows(*pairs) -> list[Phase]:
    return [Phase(code=str(number), from_day=a, to_day=b) for number, (a, b) in enumerate(pairs)]


@pytest.mark.parametrize(
    ("day", "code"),
    [
        (-100, "0"),  # before the first window it is the first phase
        (-14, "0"),
        (-1, "0"),
        (0, "1"),
        (41, "1"),
        (42, "2"),
        (9999, "2"),  # the last phase is open
    ],
)
def test_a_day_falls_in_one_phase(day, code):
    phases = windows((-14, -1), (0, 41), (42, None))
    assert queries.phase_on(phases, day).code == code


def test_a_day_after_a_closed_last_window_falls_in_the_last_phase():
    assert queries.phase_on(windows((0, 6), (7, 13)), 50).code == "1"


def test_a_plan_with_one_phase_has_it_on_every_day():
    assert [queries.phase_on(windows((0, 6)), day).code for day in (-3, 0, 6, 7)] == ["0"] * 4


def test_only_published_plans_that_are_not_retired_are_offered(db):
    offered = factories.make_plan(code="offered")
    factories.make_plan(code="draft", publish=False)
    retired = factories.make_plan(code="retired")
    Plan.objects.filter(pk=retired.pk).update(retired_at=NOW)
    assert list(queries.published_plans()) == [offered]


def test_plans_are_offered_in_the_order_of_their_conditions(db):
    later, sooner = factories.make_plan(code="a-later"), factories.make_plan(code="b-sooner")
    for plan, order in ((later, 2), (sooner, 1)):
        plan.condition.order = order
        plan.condition.save()
    assert list(queries.published_plans()) == [sooner, later]


@pytest.mark.parametrize("number", [1, 3])
def test_offering_plans_takes_as_many_queries_for_three_as_for_one(
    db, django_assert_num_queries, number
):
    for _each in range(number):
        factories.make_plan()
    with django_assert_num_queries(OFFERED):
        offered = [
            (plan.condition.name, [stage.name for stage in plan.stages.all()])
            for plan in queries.published_plans()
        ]
    assert len(offered) == number


def load(tmp_path, phases: int) -> Plan:
    """The small plan with a number of phases that all say something."""
    files = small()
    [plan] = files["hip"]["plans"]
    first = plan["phases"][0]
    plan["phases"] = [
        first | {"code": f"A{number}", "from_day": 10 * number, "to_day": 10 * number + 9}
        for number in range(phases)
    ]
    plan["milestones"] = [
        plan["milestones"][0] | {"code": f"m{number}", "phase": f"A{number}"}
        for number in range(phases)
    ]
    plan["switches"] = [{"key": key, "name": both(key)} for key in ("rules", "other")]
    services.load_library(write(tmp_path, files), now=NOW)
    return Plan.objects.get()


def read(phase: Phase) -> list[str]:
    statements = [
        phase.limit,
        phase.pain_limit,
        *phase.criteria.all(),
        *phase.rules.all(),
        *phase.advice.all(),
    ]
    switches = [part.switch for part in (*phase.rules.all(), *phase.advice.all())]
    return [
        *(source.key for statement in statements for source in statement.sources.all()),
        *(str(rule.activity) for rule in phase.rules.all()),
        *(str(switch) for switch in switches),
    ]


@pytest.mark.parametrize("number", [1, 3])
def test_reading_a_plan_takes_as_many_queries_for_three_phases_as_for_one(
    tmp_path, db, django_assert_num_queries, number
):
    plan_id = load(tmp_path, number).pk
    with django_assert_num_queries(WHOLE):
        plan = queries.plan_for_reading(plan_id)
        said = [
            plan.condition.name,
            *(stage.name for stage in plan.stages.all()),
            *(source.key for switch in plan.switches.all() for source in switch.sources.all()),
            *(str(milestone.phase) for milestone in plan.milestones.all()),
            *(each for phase in plan.phases.all() for each in read(phase)),
        ]
    assert said.count("book") == number  # the one rule of each phase that cites it


@pytest.mark.parametrize("number", [1, 3])
def test_reading_phases_takes_as_many_queries_for_three_as_for_one(
    tmp_path, db, django_assert_num_queries, number
):
    ids = [phase.pk for phase in load(tmp_path, number).phases.all()]
    with django_assert_num_queries(PARTS):
        said = [[str(phase.plan), *read(phase)] for phase in queries.phase_parts(iter(ids))]
    assert len(said) == number


def test_an_unknown_plan_is_not_found(db):
    with pytest.raises(Http404):
        queries.plan_for_reading(12345)
