"""The command that finds photos by words, or by one of them."""


def test_search(command, refused, photos, encoder, tmp_path, monkeypatch):
    folder = photos("my photos", 6)
    assert "no project" in refused("search", folder, "a dog").lower()
    command("score", folder, "--classes", "dog, car", "--encoder", encoder)
    names = sorted(file.name for file in folder.glob("*.jpg"))

    found = command("search", folder, "a street with cars", "--json").json["photos"]
    assert sorted(each["photo"] for each in found) == names
    values = [each["similarity"] for each in found]
    assert values == sorted(values, reverse=True)
    assert all(-1 <= value <= 1 for value in values)

    text = command("search", folder, "a street with cars", "--top", "2")
    assert text.status == 0
    lines = [line.split("  ") for line in text.stdout.splitlines()]
    assert lines == [[f"{each['similarity']:.4f}", each["photo"]] for each in found[:2]]
    assert "Compared 6 photos." in text.stderr

    monkeypatch.chdir(tmp_path)
    for wanted in (names[2], folder / names[2], f"{folder.name}/{names[2]}"):
        like = command("search", folder, "--like", wanted, "--top", "1", "--json").json
        assert [each["photo"] for each in like["photos"]] == [names[2]]
    (folder / names[0]).rename(folder / "Mu\u0308ll.jpg")  # as macOS writes it
    command("score", folder)
    like = command("search", folder, "--like", "Müll.jpg", "--top", "1", "--json").json
    assert [each["photo"] for each in like["photos"]] == ["Mu\u0308ll.jpg"]
    assert "is no photo of the project" in refused("search", folder, "--like", "other.jpg")


def test_wrong_usage(command, tmp_path):
    for arguments in ((), ("a dog", "--like", "a.jpg"), ("a dog", "--top", "0")):
        result = command("search", tmp_path, *arguments)
        assert (result.status, result.stdout) == (2, "")
