"""What keeps a plan from being published, in the reader's language."""

from conditions import export, lint_words, linting
from conditions.models import Plan


def plan_problems(plan: Plan) -> list[str]:
    """A sentence for each thing a plan lacks or contradicts; empty when it can be published."""
    activities = {activity["slug"]: activity for activity in export.activities()}
    findings = linting.lint_plan(export.plan_as_data(plan.pk), activities=activities)
    return [lint_words.sentence(finding) for finding in findings if finding.is_blocking]
