from cdul_app.classes.class_list import ClassDefinition
from cdul_app.project.classes.class_warnings import class_warnings
from cdul_app.project.project import Project


def test_the_list_of_classes_is_judged_by_what_is_known(project: Project):
    def said(*names: str) -> str:
        return " ".join(class_warnings(project, [ClassDefinition(name) for name in names]))

    assert "“dog” and “cat” alone" in said("dog", "cat")
    assert "every photo gets a score of 100 %" in said("dog")
    assert "“tv_monitor” and “TVMonitor” mean nearly the same" in said(
        "dog", "tv_monitor", "TVMonitor"
    )
    assert said("dog", "sofa", "unicorn") == ""  # a text that is not encoded yet tells nothing
