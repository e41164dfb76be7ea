//! A workspace that stays open sees what changes, and nothing else opens it again.

use servanda_core::problem::Code;
use servanda_verdict::Question;
use servanda_workspace::{Live, Root, init, new_agreement};
use std::path::Path;
use std::time::{Duration, SystemTime};

fn workspace() -> (tempfile::TempDir, Root) {
    let dir = tempfile::tempdir().unwrap();
    init(dir.path(), true).unwrap();
    let root = Root::Folder(dir.path().to_owned());
    new_agreement(&root, dir.path(), "ours").unwrap();
    (dir, root)
}

fn title(live: &Live) -> (String, u64) {
    let day = "2026-11-20".parse().unwrap();
    let (title, on) = live.ask(SystemTime::now, |w| Ok(w.agreement_on("ours", day)?.title)).unwrap();
    (title, on.generation())
}

fn retitle(dir: &Path, title: &str) {
    let path = dir.join("agreements/ours/agreement.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    let line = text.lines().find(|l| l.starts_with("title")).unwrap();
    std::fs::write(&path, text.replace(line, &format!("title = \"{title}\""))).unwrap();
}

#[test]
fn a_change_opens_it_again_even_within_one_tick_and_of_equal_size() {
    let (dir, root) = workspace();
    retitle(dir.path(), "title 0");
    let live = Live::open(root, SystemTime::now()).unwrap();
    assert_eq!(title(&live), ("title 0".to_owned(), 1));
    assert_eq!(title(&live), ("title 0".to_owned(), 1));
    for n in 1..10u64 {
        retitle(dir.path(), &format!("title {n}"));
        assert_eq!(title(&live), (format!("title {n}"), n + 1));
    }
    // Long after a change its time tells; a look opens nothing.
    let later = SystemTime::now() + Duration::from_secs(60);
    assert_eq!(live.current(later).unwrap().generation(), 10);
    assert_eq!(live.current(later).unwrap().generation(), 10);
    std::fs::write(dir.path().join("sources/new.toml"), "id = \"new\"").unwrap();
    assert!(live.current(later).is_err(), "a source that says nothing opens no workspace");
    std::fs::remove_file(dir.path().join("sources/new.toml")).unwrap();
    assert_eq!(title(&live).0, "title 9");
}

#[test]
#[cfg(unix)]
fn a_change_whose_time_was_set_back_is_seen() {
    let (dir, root) = workspace();
    retitle(dir.path(), "title 0");
    let path = dir.path().join("agreements/ours/agreement.toml");
    // As archives and version control set it, long ago.
    let long_ago = || {
        let at = SystemTime::UNIX_EPOCH + Duration::from_secs(1);
        std::fs::File::options().write(true).open(&path).unwrap().set_modified(at).unwrap();
    };
    long_ago();
    let live = Live::open(root, SystemTime::now()).unwrap();
    assert_eq!(title(&live), ("title 0".to_owned(), 1));
    std::thread::sleep(Duration::from_millis(20));
    retitle(dir.path(), "title 1");
    long_ago();
    assert_eq!(title(&live), ("title 1".to_owned(), 2));
}

#[test]
fn an_answer_rests_on_one_state_of_the_files_or_is_none() {
    let (dir, root) = workspace();
    let live = Live::open(root, SystemTime::now()).unwrap();
    let tries = std::cell::Cell::new(0);
    let once = |w: &servanda_workspace::Workspace| {
        if tries.replace(tries.get() + 1) == 0 {
            retitle(dir.path(), "changed meanwhile");
        }
        Ok(w.agreement_on("ours", "2026-11-20".parse().unwrap())?.title)
    };
    let (found, on) = live.ask(SystemTime::now, once).unwrap();
    assert_eq!((found.as_str(), on.generation(), tries.get()), ("changed meanwhile", 2, 2));
    let always = |_: &servanda_workspace::Workspace| {
        tries.set(tries.get() + 1);
        retitle(dir.path(), &format!("changed {}", tries.get()));
        Ok(())
    };
    let error = live.ask(SystemTime::now, always).err().unwrap();
    assert_eq!(error.problem().code, Code::Busy);
}

#[test]
fn many_threads_ask_while_files_change() {
    let (dir, root) = workspace();
    retitle(dir.path(), "title 0");
    let live = Live::open(root, SystemTime::now()).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                for _ in 0..20 {
                    let ask = |w: &servanda_workspace::Workspace| {
                        let question = Question::on_day("2026-11-20".parse().unwrap());
                        w.check("ours", None, &question).map(|asked| asked.agreement.title)
                    };
                    match live.ask(SystemTime::now, ask) {
                        Ok((title, _)) => assert!(title.starts_with("title "), "{title}"),
                        Err(error) => assert!(
                            matches!(error.problem().code, Code::Busy | Code::BadFile),
                            "{}",
                            error.problem()
                        ),
                    }
                }
            });
        }
        for n in 1..20 {
            retitle(dir.path(), &format!("title {n}"));
            std::thread::sleep(Duration::from_millis(3));
        }
    });
    assert_eq!(title(&live).0, "title 19");
}
