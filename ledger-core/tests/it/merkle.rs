//! The Merkle log against published vectors and against every size up to 64.

use ledger_core::hash::EntryHash;
use ledger_core::hash::LogRoot;
use ledger_core::hash::sha256;
use ledger_core::merkle::LogFrontier;
use ledger_core::merkle::consistency_path;
use ledger_core::merkle::inclusion_path;
use ledger_core::merkle::is_consistent;
use ledger_core::merkle::is_included;
use ledger_core::merkle::root_of;

/// The leaf inputs and the roots after each of the reference implementation of Certificate
/// Transparency (certificate-transparency/cpp/merkletree, also in transparency-dev/merkle).
const INPUTS: [&str; 8] = [
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
];
const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const ROOTS: [&str; 8] = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

fn leaf(input: &[u8]) -> EntryHash {
    EntryHash::from_bytes(sha256(&[&[0], input]))
}

fn leaves(count: usize) -> Vec<EntryHash> {
    (0..count).map(|n| leaf(&n.to_be_bytes())).collect()
}

fn size(n: usize) -> u64 {
    u64::try_from(n).unwrap()
}

fn bent(root: LogRoot) -> LogRoot {
    let mut bytes = *root.bytes();
    bytes[31] ^= 1;
    LogRoot::from_bytes(bytes)
}

#[test]
fn the_published_roots_come_out() {
    let mut log = LogFrontier::new();
    assert_eq!(log.root().to_string(), EMPTY);
    let mut sofar = Vec::new();
    for (input, root) in INPUTS.iter().zip(ROOTS) {
        let hash = leaf(&hex::decode(input).unwrap());
        log.append(hash);
        sofar.push(hash);
        assert_eq!(log.root().to_string(), root);
        assert_eq!(root_of(&sofar).to_string(), root);
        assert_eq!(log.size(), size(sofar.len()));
    }
}

/// The definition in RFC 9162 section 2.1.1, word by word.
fn by_definition(leaves: &[EntryHash]) -> [u8; 32] {
    match leaves {
        [] => sha256(&[]),
        [one] => *one.bytes(),
        many => {
            let mut k = 1;
            while k * 2 < many.len() {
                k *= 2;
            }
            let (left, right) = many.split_at(k);
            sha256(&[&[1], &by_definition(left), &by_definition(right)])
        }
    }
}

#[test]
fn a_frontier_can_be_kept_and_taken_up_again() {
    let all = leaves(70);
    let mut log = LogFrontier::new();
    for (n, hash) in all.iter().enumerate() {
        log = LogFrontier::from_parts(log.size(), log.peaks().to_vec()).unwrap();
        log.append(*hash);
        assert_eq!(*log.root().bytes(), by_definition(&all[..=n]));
    }
    assert_eq!(LogFrontier::from_parts(5, vec![[0; 32]; 3]), None);
}

#[test]
fn every_leaf_of_every_log_up_to_64_is_proved_and_no_other() {
    for count in 0..=64 {
        let all = leaves(count);
        let root = root_of(&all);
        assert_eq!(inclusion_path(&all, count), None);
        for at in 0..count {
            let path = inclusion_path(&all, at).unwrap();
            let holds = |leaf, at, count, path: &[[u8; 32]], root| {
                is_included(leaf, size(at), size(count), path, root)
            };
            assert!(holds(all[at], at, count, &path, root));
            assert!(!holds(all[at], at, count, &path, bent(root)));
            assert!(!holds(leaf(b"other"), at, count, &path, root));
            assert!(!holds(all[at], count, count, &path, root));
            let elsewhere = (0..count).filter(|other| *other != at);
            for other in elsewhere {
                assert!(
                    !holds(all[at], other, count, &path, root),
                    "{at} as {other} of {count}"
                );
            }
            let longer = [path.as_slice(), &[[0; 32]]].concat();
            assert!(!holds(all[at], at, count, &longer, root));
            for n in 0..path.len() {
                let mut wrong = path.clone();
                wrong[n][0] ^= 1;
                assert!(!holds(all[at], at, count, &wrong, root));
            }
            if let Some((_, shorter)) = path.split_last() {
                assert!(!holds(all[at], at, count, shorter, root));
            }
        }
    }
}

#[test]
fn every_log_up_to_64_is_the_beginning_of_every_longer_one() {
    let all = leaves(64);
    for new in 0..=64 {
        let log = &all[..new];
        let new_root = root_of(log);
        assert_eq!(consistency_path(log, new + 1), None);
        for old in 0..=new {
            let path = consistency_path(log, old).unwrap();
            let old_root = root_of(&all[..old]);
            let holds = |old_root, new_root, path: &[[u8; 32]]| {
                is_consistent(size(old), old_root, size(new), new_root, path)
            };
            assert!(holds(old_root, new_root, &path), "{old} in {new}");
            assert!(!holds(bent(old_root), new_root, &path));
            if old > 0 {
                assert!(!holds(old_root, bent(new_root), &path));
            }
            let longer = [path.as_slice(), &[[0; 32]]].concat();
            assert!(!holds(old_root, new_root, &longer));
            for n in 0..path.len() {
                let mut wrong = path.clone();
                wrong[n][0] ^= 1;
                assert!(!holds(old_root, new_root, &wrong));
                assert!(!holds(old_root, new_root, &path[..n]));
            }
            // A log that was rewritten inside what was signed before is none.
            if old > 0 && old < new {
                let mut forged = log.to_vec();
                forged[old - 1] = leaf(b"rewritten");
                let path = consistency_path(&forged, old).unwrap();
                assert!(!holds(old_root, root_of(&forged), &path));
            }
            assert!(!is_consistent(
                size(new) + 1,
                new_root,
                size(new),
                new_root,
                &[]
            ));
        }
    }
}
